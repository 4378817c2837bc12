"""Colours can be read, and every theme dresses every widget without complaint."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gui import theme
from gui.theme import DARK, LIGHT

TEXTS = ("text", "muted", "quiet", "accent_ink", "ok_ink", "ng_ink", "review_ink")
DESIGN = {
    "dark": (
        "#15171a",
        "#1b1e23",
        "#23272e",
        "#2e333c",
        "#e7e9ec",
        "#98a1ad",
        "#5b93ff",
        "#2fb5a5",
        "#f2683c",
        "#f0b429",
    ),
    "light": (
        "#f4f5f7",
        "#ffffff",
        "#f0f2f5",
        "#dde1e7",
        "#1b1f24",
        "#667080",
        "#2563eb",
        "#0f8f80",
        "#d9480f",
        "#b7791f",
    ),
}
ROLES = ("background", "surface", "raised", "border", "text", "muted", "accent", "ok", "ng", "review")


@pytest.fixture
def dressed(qapp):
    yield qapp
    theme.apply(qapp, "system")


def independent_contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.1 in its own words, from 8-bit channels."""

    def luminance(colour):
        total = 0.0
        for weight, value in zip((0.2126, 0.7152, 0.0722), (colour.red(), colour.green(), colour.blue()), strict=True):
            share = value / 255
            total += weight * (share / 12.92 if share <= 0.03928 else math.pow((share + 0.055) / 1.055, 2.4))
        return total

    light, dark = max(luminance(one), luminance(other)), min(luminance(one), luminance(other))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pairs():
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert theme.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.478, abs=1e-3)


@pytest.mark.parametrize("dress", [DARK, LIGHT], ids=lambda dress: dress.name)
def test_roles_are_those_of_the_design(dress):
    assert tuple(dress.colour(role).name() for role in ROLES) == DESIGN[dress.name]


@pytest.mark.parametrize("dress", [DARK, LIGHT], ids=lambda dress: dress.name)
@pytest.mark.parametrize("role", TEXTS)
def test_words_can_be_read_on_every_ground(dress, role):
    grounds = ["background", "surface"] if role == "muted" else ["background", "surface", "raised", "hover"]
    for ground in grounds:
        assert independent_contrast(dress.colour(role), dress.colour(ground)) >= 4.5, ground


@pytest.mark.parametrize("dress", [DARK, LIGHT], ids=lambda dress: dress.name)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("on_accent", "accent_pressed"),
        ("on_accent", "ok_fill"),
        ("on_accent", "ng_fill"),
        ("on_accent", "review_fill"),
        ("text", "ok_tint"),
        ("text", "ng_tint"),
        ("text", "review_tint"),
        ("text", "accent_tint"),
        ("text", "pressed"),
        ("accent_ink", "accent_tint"),
        ("ok_ink", "ok_tint"),
        ("ng_ink", "ng_tint"),
        ("review_ink", "review_tint"),
    ],
)
def test_words_can_be_read_on_fills(dress, ink, ground):
    assert independent_contrast(dress.colour(ink), dress.colour(ground)) >= 4.5


@pytest.mark.parametrize("dress", [DARK, LIGHT], ids=lambda dress: dress.name)
def test_verdict_inks_stay_close_to_their_roles(dress):
    for role in ("ok", "ng", "review", "accent"):
        hue = dress.colour(role).hueF()
        assert abs(dress.colour(f"{role}_ink").hueF() - hue) < 0.05


def test_unknown_role_is_refused():
    with pytest.raises(KeyError):
        DARK.colour("name")
    with pytest.raises(KeyError):
        DARK.colour("mauve")


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_applying_sets_colours_and_tells(dressed, qtbot, mode):
    heard = []
    theme.theme_events().changed.connect(heard.append)
    theme.apply(dressed, mode)
    theme.theme_events().changed.disconnect(heard.append)
    assert theme.current().name == mode
    assert theme.mode() == mode
    assert heard[-1] is theme.current()
    assert dressed.palette().window().color() == theme.current().background
    assert "$" not in dressed.styleSheet()


def test_a_dressed_button_is_painted_in_the_accent(dressed, qtbot):
    button = QPushButton("Train")
    button.setProperty("role", "primary")
    qtbot.addWidget(button)
    button.resize(120, 30)
    for mode in ("dark", "light"):
        theme.apply(dressed, mode)
        picture = button.grab().toImage()
        assert picture.pixelColor(8, 15) == theme.current().accent


def test_role_changes_show_at_once(dressed, qtbot):
    theme.apply(dressed, "dark")
    label = QLabel("score 21.8")
    qtbot.addWidget(label)
    label.ensurePolished()
    theme.set_role(label, "caption")
    assert label.font().pixelSize() == theme.CAPTION_PIXELS


def test_follows_the_desktop_only_when_asked(dressed):
    theme.apply(dressed, "light")
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is LIGHT
    theme.apply(dressed, "system")
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is DARK
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current() is LIGHT


def test_base_font(qapp: QApplication):
    font = theme.base_font()
    assert font.pixelSize() == 13
    assert len(set(font.families())) == len(font.families())
