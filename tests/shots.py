"""Draw the pictures of the window in `docs/images` anew, from the demo, without a screen.

python -m tests.shots                                    # docs/images: 1440 x 900, dark and light
python -m tests.shots --size 1366x768 --scale 2 --output /tmp/shots --themes dark --language zh_CN
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
LONG_S = 900.0
PAGE_SCALE = 1.4  # pixels a point
IN_THE_DOCUMENTATION = ("start", "data", "train-models", "inspect", "tune", "export-done")


class Photographer:
    """Drives the window and takes its picture.

    Parameters
    ----------
    only
        Names of the pictures to keep; () keeps all.
    """

    def __init__(
        self, app: QApplication, window: MainWindow, output: Path, themes: list[str], only: tuple[str, ...]
    ) -> None:
        self._app, self._window, self._output, self._themes, self._only = app, window, output, themes, only

    def until(self, true: Callable[[], bool]) -> None:
        """Let the program run until something is so."""
        end = time.monotonic() + LONG_S
        while not true():
            if time.monotonic() > end:
                raise TimeoutError
            self._app.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float = 0.6) -> None:
        """Let thumbnails and fades end."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def take(self, name: str) -> None:
        """Save the window in every dress."""
        if self._only and name not in self._only:
            return
        for theme in self._themes:
            self._window.set_theme(theme)
            self.rest()
            self._window.grab().save(str(self._output / f"{name}-{theme}.png"))

    def take_pages(self, document: Path) -> None:
        """Save the pages of a PDF file."""
        import pypdfium2

        with pypdfium2.PdfDocument(document) as pages:
            for number, page in enumerate(pages, 1):
                picture = page.render(scale=PAGE_SCALE).to_pil()
                picture.save(self._output / f"{document.stem}-{number}.jpg", quality=80, optimize=True)


def tell(photographer: Photographer, window: MainWindow, folder: Path) -> None:
    """Go through the pages in the order of the work."""
    from core.demo import draw_demo
    from core.project.edits import SetRoles
    from core.project.model import Role

    session = window.session
    photographer.take("start")
    products = draw_demo(folder / "demo")
    session.new_project(folder / "Flange M8.flawsight", "Flange M8")
    photographer.take("data-empty")
    session.add_folder(products[0])
    photographer.until(lambda: bool(session.project and session.project.samples))
    photographer.rest(2.0)
    tuning = [sample for sample in session.project.samples.values() if sample.role is Role.TUNE]
    session.do(SetRoles([sample.id for sample in tuning[::3]], Role.HOLD_OUT))
    window.show_page("data")
    photographer.take("data")
    window.show_page("train")
    photographer.take("train")
    window.train.more.setChecked(True)
    photographer.take("train-advanced")
    window.train.more.setChecked(False)
    window.train.choose_preset("fast")
    window.train.start()
    photographer.until(lambda: session.active_model is not None or window.train.bar.value() > 0)
    photographer.take("train-running")
    photographer.until(lambda: session.active_model is not None)
    project = session.project
    assert project is not None
    tuning = [sample for sample in project.samples.values() if sample.role is Role.TUNE]
    photographer.until(lambda: len(project.scores) >= len(tuning))
    photographer.until(lambda: session.evaluation is not None and not session.evaluation.pixels_pending)
    worst = max((score for score in project.scores.values()), key=lambda score: score.score)
    session.select(worst.sample)
    window.show_page("inspect")
    photographer.rest(1.5)
    photographer.take("inspect")
    session.limits.apply_rule("best-f1")
    window.show_page("tune")
    photographer.take("tune")
    window.tune.level.button("pixels").click()
    photographer.take("tune-pixels")
    window.tune.level.button("images").click()
    window.show_page("export")
    photographer.take("export")
    window.export.start()
    photographer.until(lambda: session.export_report is not None)
    photographer.take("export-done")
    window.show_page("train")
    photographer.take("train-models")
    session.report(folder / "report.pdf")
    photographer.until(lambda: (job := session.job("report")) is not None and not job.active)
    photographer.take_pages(folder / "report.pdf")


def main() -> int:
    """Take the pictures the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--themes", default="dark,light")
    parser.add_argument("--language", default="en", help="en or zh_CN")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = asked.scale
    asked.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = name
        from gui.launch import open_window

        app, window = open_window([])
        window.set_language(asked.language)
        window.resize(*(int(side) for side in asked.size.split("x")))
        only = IN_THE_DOCUMENTATION if asked.output == parser.get_default("output") else ()
        tell(Photographer(app, window, asked.output, asked.themes.split(","), only), window, folder)
        window.close()
        window.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
