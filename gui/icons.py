"""Line icons in the theme's colours, sharp on every screen.

An icon asks the theme for its colour each time it is painted, so nobody has to set it again when the
theme changes.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui import theme
from resources import ROOT, locate

_APP_ICON_SIDES = (16, 24, 32, 48, 64, 128, 256, 512)
_KEPT_PIXMAPS = 512


@cache
def names() -> tuple[str, ...]:
    """Return the names `icon` and `pixmap` know."""
    return tuple(sorted(path.stem for path in (ROOT / "icons").glob("*.svg") if path.stem != "flawsight"))


@cache
def icon(name: str, role: str = "text", checked_role: str = "") -> QIcon:
    """Return an icon that follows the theme.

    Parameters
    ----------
    name
        File name in ``resources/icons`` without ``.svg``.
    role
        Colour role of the theme, such as ``"text"``, ``"muted"`` or ``"accent_ink"``.
    checked_role
        Colour role where the icon stands on something checked; empty for the same.

    Raises
    ------
    FileNotFoundError
        There is no such icon.
    KeyError
        There is no such role.
    """
    locate(f"icons/{name}.svg")
    for asked in filter(None, (role, checked_role)):
        theme.current().colour(asked)
    return QIcon(_LineIcon(name, role, checked_role or role))


def pixmap(name: str, side: int, role: str = "text", ratio: float = 1.0) -> QPixmap:
    """Return one picture of an icon in the theme's present colours.

    Parameters
    ----------
    side
        Width and height in device-independent pixels.
    ratio
        Device pixels a device-independent pixel.
    """
    return _tinted(name, theme.current().colour(role).name(QColor.NameFormat.HexArgb), side, ratio)


@cache
def app_icon() -> QIcon:
    """Return the program's own icon, in its own colours and all usual sizes."""
    renderer = QSvgRenderer(str(locate("icons/flawsight.svg")))
    result = QIcon()
    for side in _APP_ICON_SIDES:
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        result.addPixmap(picture)
    return result


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    """Return the drawing of an icon in one opaque colour (``"#rrggbb"``)."""
    svg = locate(f"icons/{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
    return QSvgRenderer(QByteArray(svg))


_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}


def _tinted(name: str, argb: str, side: int, ratio: float) -> QPixmap:
    key = (name, argb, side, ratio)
    if key not in _pixmaps:
        if len(_pixmaps) >= _KEPT_PIXMAPS:
            _pixmaps.clear()
        pixels = max(1, round(side * ratio))
        picture = QPixmap(pixels, pixels)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        _draw(painter, QRectF(0, 0, pixels, pixels), name, QColor(argb))
        painter.end()
        picture.setDevicePixelRatio(ratio)
        _pixmaps[key] = picture
    return _pixmaps[key]


def _draw(painter: QPainter, target: QRectF, name: str, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * colour.alphaF())
    _renderer(name, colour.name()).render(painter, target)


class _LineIcon(QIconEngine):
    """Draws one icon in the colour its role has at that moment."""

    def __init__(self, name: str, role: str, checked_role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._checked_role = checked_role

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return theme.current().disabled
        return theme.current().colour(self._checked_role if state == QIcon.State.On else self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)
        painter.save()
        _draw(painter, square, self._name, self._colour(mode, state))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        argb = self._colour(mode, state).name(QColor.NameFormat.HexArgb)
        side = min(size.width(), size.height())
        square = _tinted(self._name, argb, side, scale)
        if size.width() == size.height():
            return QPixmap(square)
        result = QPixmap(size * scale)
        result.setDevicePixelRatio(scale)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        painter.drawPixmap(QPoint((size.width() - side) // 2, (size.height() - side) // 2), square)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name, self._role, self._checked_role)

    def key(self) -> str:
        return "flawsight-line-icon"
