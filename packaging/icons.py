"""Draw the program's icon in the forms that systems want: `python packaging/icons.py FOLDER`.

`hicolor/SIDExSIDE/apps/flawsight.png` and `hicolor/scalable/apps/flawsight.svg` for Linux, `flawsight.ico` for Windows,
`flawsight.icns` for macOS; all from `resources/icons/flawsight.svg`.
"""

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColorConstants, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parent.parent / "resources" / "icons" / "flawsight.svg"
SIDES = (16, 24, 32, 48, 64, 128, 256, 512)
WINDOWS = (16, 24, 32, 48, 64, 128, 256)
MACOS = (32, 64, 128, 256, 512, 1024)


def drawn(side: int) -> Image.Image:
    """Return the icon as RGBA pixels."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(QColorConstants.Transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    picture.save(buffer, "PNG")
    return Image.open(BytesIO(buffer.data().data()))


def write(folder: Path) -> None:
    """Write all forms of the icon into a folder."""
    for side in SIDES:
        place = folder / "hicolor" / f"{side}x{side}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        drawn(side).save(place / "flawsight.png", optimize=True)
    place = folder / "hicolor" / "scalable" / "apps"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, place / "flawsight.svg")
    for name, sides in (("flawsight.ico", WINDOWS), ("flawsight.icns", MACOS)):
        *smaller, largest = map(drawn, sides)
        largest.save(folder / name, sizes=[(side, side) for side in sides], append_images=smaller)


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication([])
    write(Path(sys.argv[1]))
