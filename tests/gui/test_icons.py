"""Icons exist, parse, take the theme's colour and stay sharp."""

from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage, QPixmap

from gui import icons, theme
from resources import locate

PROMISED = (
    *("data", "train", "inspect", "tune", "export", "open", "new", "folder", "play", "stop", "undo", "redo"),
    *("fit", "actual", "contours", "heat", "good", "defect", "undecided", "warning", "settings", "demo"),
    *("recent", "download", "check", "close", "info", "copy"),
)


@pytest.fixture
def dressed(qapp):
    yield qapp
    theme.apply(qapp, "system")


def pixels(picture: QPixmap) -> np.ndarray:
    """(h, w, 4) RGBA, not premultiplied."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()


@pytest.mark.parametrize("name", PROMISED)
def test_promised_icons_are_there(name):
    assert name in icons.names()


@pytest.mark.parametrize("name", icons.names())
def test_icons_are_drawn_for_tinting(name):
    root = ElementTree.fromstring(locate(f"icons/{name}.svg").read_text(encoding="utf-8"))
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.6"
    for part in root.iter():
        assert part.get("fill", "none") in ("none", "currentColor")
        assert part.get("stroke", "none") in ("none", "currentColor")


@pytest.mark.parametrize("name", icons.names())
def test_icons_leave_a_margin_and_draw_something(qapp, name):
    opaque = pixels(icons.pixmap(name, 48))[:, :, 3]
    assert opaque.max() > 200
    assert opaque[:2].max() == opaque[-2:].max() == opaque[:, :2].max() == opaque[:, -2:].max() == 0


def test_icon_takes_the_role_and_follows_the_theme(dressed):
    asked = icons.icon("folder", "accent")
    for mode in ("dark", "light"):
        theme.apply(dressed, mode)
        picture = pixels(asked.pixmap(QSize(24, 24), 1.0))
        solid = picture[picture[:, :, 3] > 240][:, :3]
        expected = theme.current().accent.getRgb()[:3]
        assert len(solid) > 10
        assert np.abs(solid.astype(int) - expected).max() <= 2


def test_disabled_and_checked_take_other_colours(dressed):
    theme.apply(dressed, "dark")
    asked = icons.icon("heat", "text", "accent_ink")
    for mode, state, colour in (
        (QIcon.Mode.Disabled, QIcon.State.Off, theme.current().disabled),
        (QIcon.Mode.Normal, QIcon.State.On, theme.current().accent_ink),
    ):
        picture = pixels(asked.pixmap(QSize(48, 48), 1.0, mode, state))
        solid = picture[picture[:, :, 3] > 240][:, :3]
        assert np.abs(solid.astype(int) - colour.getRgb()[:3]).max() <= 2


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_sharp_at_every_device_ratio(qapp, ratio):
    from_icon = icons.icon("settings").pixmap(QSize(24, 24), ratio)
    assert from_icon.devicePixelRatio() == ratio
    assert from_icon.width() == round(24 * ratio)
    # drawn at that size, not blown up: the same as drawing it there
    direct = pixels(icons.pixmap("settings", round(24 * ratio)))
    assert np.array_equal(pixels(from_icon), direct)


def test_icons_survive_copies(qapp):
    copies = [QIcon(icons.icon("data")) for _ in range(50)]
    assert all(not copy.pixmap(16, 16).isNull() for copy in copies)


def test_wrong_names_and_roles_are_refused(qapp):
    with pytest.raises(FileNotFoundError):
        icons.icon("unicorn")
    with pytest.raises(KeyError):
        icons.icon("data", "mauve")


def test_app_icon_has_all_sizes(qapp):
    assert {size.width() for size in icons.app_icon().availableSizes()} >= {16, 32, 48, 256}
