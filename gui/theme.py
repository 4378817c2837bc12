"""Colours, type and control styles: one dark and one light dress of the program.

Two kinds of colour live here. *Roles* are the ten named colours of the design. *Derived* colours are
computed from them so that every text reaches the contrast that WCAG 2.1 (success criterion 1.4.3) asks
for: a role that is too pale to be read on a light ground is used as it is for lines and dots, and its
`..._ink` is used where it has to be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from resources import locate

Mode = Literal["system", "dark", "light"]

BASE_PIXELS = 13
CAPTION_PIXELS = 11
READABLE = 4.5
"""Smallest contrast of text on its ground (WCAG 2.1 AA, text under 18 pt)."""

_FALLBACK_FAMILIES = ("Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
_CONTROL_IMAGES = {  # name in the stylesheet -> (icon, role)
    "chevron_down": ("chevron-down", "muted"),
    "chevron_up": ("chevron-up", "muted"),
    "chevron_right": ("chevron-right", "muted"),
    "tick": ("check", "on_accent"),
    "menu_tick": ("check", "accent_ink"),
    "dot": ("dot", "on_accent"),
    "dash": ("dash", "on_accent"),
    "close": ("close", "muted"),
}


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two opaque colours, 1 to 21 (WCAG 2.1, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1)."""
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """Return `one` with `share` (0 to 1) of `other` mixed in, rounded to whole channels."""
    return QColor(
        *(
            round(a + (b - a) * share)
            for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )


def legible(colour: QColor, grounds: tuple[QColor, ...], towards: QColor) -> QColor:
    """Return `colour`, moved towards `towards` just as far as text needs on every one of `grounds`."""
    for step in range(101):
        candidate = mix(colour, towards, step / 100)
        if all(contrast(candidate, ground) >= READABLE for ground in grounds):
            return candidate
    return towards


@dataclass(frozen=True)
class Theme:
    """The ten roles of the design, and what is derived from them.

    Attributes
    ----------
    name
        ``"dark"`` or ``"light"``.
    background, surface, raised
        Grounds: the window, panels and cards, fields and rows under the pointer.
    border, text, muted, accent
        Lines; words; quiet words; the one colour of what is active.
    ok, ng, review
        The verdicts: for fills, lines and dots. Where they are read as text, use `ok_ink` and the like.
    well
        Ground behind a photo.
    """

    name: str
    background: QColor
    surface: QColor
    raised: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    ok: QColor
    ng: QColor
    review: QColor
    well: QColor

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    @property
    def _grounds(self) -> tuple[QColor, ...]:
        return self.background, self.surface, self.raised, self.hover

    @cached_property
    def hover(self) -> QColor:
        """Ground of a control under the pointer."""
        return mix(self.raised, self.text, 0.05)

    @cached_property
    def pressed(self) -> QColor:
        return mix(self.raised, self.text, 0.11)

    @cached_property
    def strong_border(self) -> QColor:
        """Outline of what can be operated, 3:1 against its ground (WCAG 2.1, 1.4.11)."""
        return mix(self.border, self.text, 0.36 if self.dark else 0.42)

    @cached_property
    def disabled(self) -> QColor:
        """Words of a control that cannot be used now; exempt from the contrast rule."""
        return mix(self.muted, self.surface, 0.45)

    @cached_property
    def quiet(self) -> QColor:
        """`muted`, readable on raised grounds too."""
        return legible(self.muted, self._grounds, self.text)

    @cached_property
    def accent_ink(self) -> QColor:
        return legible(self.accent, (*self._grounds, self.accent_tint), self.text)

    @cached_property
    def ok_ink(self) -> QColor:
        return legible(self.ok, (*self._grounds, self.ok_tint), self.text)

    @cached_property
    def ng_ink(self) -> QColor:
        return legible(self.ng, (*self._grounds, self.ng_tint), self.text)

    @cached_property
    def review_ink(self) -> QColor:
        return legible(self.review, (*self._grounds, self.review_tint), self.text)

    @cached_property
    def on_accent(self) -> QColor:
        """Words on a fill of `accent` or of one of the `..._fill`."""
        return QColor("#0d1014") if self.dark else QColor("#ffffff")

    @cached_property
    def ok_fill(self) -> QColor:
        return self._fill(self.ok)

    @cached_property
    def ng_fill(self) -> QColor:
        return self._fill(self.ng)

    @cached_property
    def review_fill(self) -> QColor:
        return self._fill(self.review)

    def _fill(self, colour: QColor) -> QColor:
        """A verdict colour on which `on_accent` can be read."""
        away = QColor("#ffffff") if self.dark else QColor("#000000")
        return legible(colour, (self.on_accent,), away)

    @cached_property
    def ok_tint(self) -> QColor:
        """Quiet ground in a verdict's colour; `text` is read on it."""
        return mix(self.surface, self.ok, 0.22 if self.dark else 0.18)

    @cached_property
    def ng_tint(self) -> QColor:
        return mix(self.surface, self.ng, 0.20)

    @cached_property
    def review_tint(self) -> QColor:
        return mix(self.surface, self.review, 0.18)

    @cached_property
    def accent_tint(self) -> QColor:
        return mix(self.surface, self.accent, 0.16 if self.dark else 0.10)

    @cached_property
    def accent_hover(self) -> QColor:
        return mix(self.accent, QColor("#ffffff" if self.dark else "#000000"), 0.12)

    @cached_property
    def accent_pressed(self) -> QColor:
        return mix(self.accent, QColor("#ffffff" if self.dark else "#000000"), 0.22)

    def colour(self, role: str) -> QColor:
        """Return the colour of a role or derived colour by name.

        Raises
        ------
        KeyError
            There is no such role.
        """
        value = getattr(self, role, None)
        if not isinstance(value, QColor):
            raise KeyError(role)
        return value


DARK = Theme(
    name="dark",
    background=QColor("#15171a"),
    surface=QColor("#1b1e23"),
    raised=QColor("#23272e"),
    border=QColor("#2e333c"),
    text=QColor("#e7e9ec"),
    muted=QColor("#98a1ad"),
    accent=QColor("#5b93ff"),
    ok=QColor("#2fb5a5"),
    ng=QColor("#f2683c"),
    review=QColor("#f0b429"),
    well=QColor("#0d0e10"),
)
LIGHT = Theme(
    name="light",
    background=QColor("#f4f5f7"),
    surface=QColor("#ffffff"),
    raised=QColor("#f0f2f5"),
    border=QColor("#dde1e7"),
    text=QColor("#1b1f24"),
    muted=QColor("#667080"),
    accent=QColor("#2563eb"),
    ok=QColor("#0f8f80"),
    ng=QColor("#d9480f"),
    review=QColor("#b7791f"),
    well=QColor("#e6e8eb"),
)


class ThemeEvents(QObject):
    """Tells those who paint by themselves that the colours are others now."""

    changed = Signal(object)
    """The new `Theme`."""


class _State:
    """What this process wears now."""

    def __init__(self) -> None:
        self.theme = LIGHT
        self.mode: Mode = "system"
        self.events: ThemeEvents | None = None
        self.images: QTemporaryDir | None = None
        self.follows_system = False


_state = _State()


def current() -> Theme:
    """Return the theme in force."""
    return _state.theme


def mode() -> Mode:
    """Return what was asked for, which with ``"system"`` is not yet a theme."""
    return _state.mode


def theme_events() -> ThemeEvents:
    """Return the one object that tells of theme changes."""
    if _state.events is None:
        _state.events = ThemeEvents()
    return _state.events


def apply(app: QApplication, mode: Mode = "system") -> None:
    """Dress the whole program, now and, with ``"system"``, whenever the desktop changes.

    Safe to call again at any time. Emits ``theme_events().changed``.
    """
    _state.mode = mode
    hints = app.styleHints()
    if not _state.follows_system:
        _state.follows_system = True
        hints.colorSchemeChanged.connect(_on_system_scheme)
    if mode == "system":
        hints.unsetColorScheme()  # type: ignore[attr-defined, unused-ignore]
        wanted = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    else:
        # native parts, such as the title bar, follow this
        hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        wanted = DARK if mode == "dark" else LIGHT
    _dress(app, wanted)


def _on_system_scheme(scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    wanted = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    if isinstance(app, QApplication) and _state.mode == "system" and wanted is not _state.theme:
        _dress(app, wanted)


def _dress(app: QApplication, theme: Theme) -> None:
    _state.theme = theme
    if not app.styleSheet():
        app.setStyle("Fusion")
        app.setFont(base_font())
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))
    theme_events().changed.emit(theme)


def base_font() -> QFont:
    """Return the system's interface font at 13 px, with figures of one width and CJK fallbacks."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    known = set(QFontDatabase.families())
    families = [family for family in (font.family(), *_FALLBACK_FAMILIES) if family in known]
    if families:
        font.setFamilies(list(dict.fromkeys(families)))
    font.setPixelSize(BASE_PIXELS)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def sized(font: QFont, pixels: int, bold: bool = False) -> QFont:
    """Return a copy of `font` in another size, for those who paint text themselves."""
    copy = QFont(font)
    copy.setPixelSize(pixels)
    copy.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return copy


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another style role and repaint it in that style at once."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def palette(theme: Theme) -> QPalette:
    """Return the palette for what no stylesheet rule reaches."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.background),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.quiet),
        (role.Button, theme.surface),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.ng_ink),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent_ink),
        (role.LinkVisited, theme.accent_ink),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Light, theme.raised),
        (role.Midlight, theme.raised),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Shadow, theme.border),
    ):
        result.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        result.setColor(QPalette.ColorGroup.Disabled, which, theme.disabled)
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, theme.strong_border)
    return result


def stylesheet(theme: Theme) -> str:
    """Return the program's stylesheet in the theme's colours."""
    text = locate("theme.qss").read_text(encoding="utf-8")
    names = {name for name in re.findall(r"\$\{?(\w+)", text) if not name.startswith("image_")}
    values = {name: theme.colour(name).name() for name in names}
    for name, (icon, role) in _CONTROL_IMAGES.items():
        values[f"image_{name}"] = _control_image(icon, theme.colour(role)).as_posix()
    return Template(text).substitute(values)


def _control_image(icon: str, colour: QColor) -> Path:
    """Write a tinted icon where the stylesheet can name it: stylesheets take colours only from files."""
    if _state.images is None:
        _state.images = QTemporaryDir()
    path = Path(_state.images.path()) / f"{icon}-{colour.name()[1:]}.svg"
    if not path.exists():
        svg = locate(f"icons/{icon}.svg").read_text(encoding="utf-8")
        path.write_text(svg.replace("currentColor", colour.name()), encoding="utf-8")
    return path
