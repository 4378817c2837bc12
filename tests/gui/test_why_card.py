"""Why a spot is strange: asked by key and button, shown beside the picture, never in the window's thread."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core.detectors.protocol import Explanation, Origin, PartialMap, Share
from core.detectors.settings import PadimSettings
from core.errors import Note
from core.images.framing import Framing
from core.images.reading import content_hash
from core.inspection.why import Box, Crop, Why
from core.models.bundle import save_model
from core.progress import Progress, Ticket, silent
from core.project.model import Sample
from core.training.recipe import Recipe
from core.training.run import train
from gui.jobs.tasks import explain_task, forget_models
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.inspection import InspectionPanel
from gui.session.events import Explained, Likened
from tests.fakes_gui import FakeSession, draw_flange, draw_heat, project_in_memory
from tests.textures import flawed_part, good_part, write_png

SIZE = (256, 306)
CROP = Crop(np.zeros((90, 90, 3), np.uint8), Box(30, 30, 24, 24))


@pytest.fixture
def page(qtbot, tmp_path):
    session = FakeSession(project_in_memory(tmp_path, [21.8, 9.8, None]))
    loader = ThumbnailLoader(None)
    widget = InspectionPanel(session, thumbnails=loader)
    qtbot.addWidget(widget)
    widget.resize(1400, 700)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    inspect(session, 1)
    yield widget
    loader.close()


def inspect(session, sample):
    found = SimpleNamespace(heat=draw_heat(True, size=SIZE), placement=Framing().place(SIZE))
    shown = SimpleNamespace(sample_id=sample, photo=draw_flange(SIZE, scratch=True), inspection=found)
    session.inspected.emit(shown)


def explanation(**fields):
    return Explanation(100.0, 120.0, 24.0, 21.5, Note("Of all good patches, this one."), **fields)


def tell(page, why, **fields):
    page._session.explained.emit(Explained(1, why, **{"busy": False, **fields}))


def test_the_key_asks_about_the_spot_under_the_pointer(page, qtbot):
    qtbot.mouseMove(page.canvas, page.canvas.rect().center())
    qtbot.waitUntil(lambda: page.canvas.pointed is not None)
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_Y)
    kind, spot = page._session.asked[-1]
    assert kind == "explain"
    assert spot == pytest.approx((153, 128), abs=2)
    qtbot.mouseMove(page.canvas, QPoint(1, 1))
    qtbot.waitUntil(lambda: page.canvas.pointed is None)
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_Y)
    assert page._session.asked[-1] == ("explain", None)


def test_the_button_asks_about_the_strongest_spot(page, qtbot):
    qtbot.mouseClick(page.verdict.why.button, Qt.MouseButton.LeftButton)
    assert page._session.asked[-1] == ("explain", None)


def test_without_a_score_nothing_is_asked(page, qtbot):
    page._session.select(3)
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_Y)
    assert all(act[0] != "explain" for act in page._session.asked)


def test_a_good_patch_is_shown_with_its_file(page, tmp_path):
    why = Why(explanation(origin=Origin(2, 4, 4)), Box(90, 90, 20, 20), CROP, CROP, Note("From good.png"), tmp_path)
    tell(page, why)
    card = page.verdict.why
    assert not card.crops.isHidden()
    assert card.good_name.text() == "From good.png"
    assert card.text.text() == (
        "Value of the patch alone: 21.5; the heat map shows it smoothed. Of all good patches, this one."
    )
    assert card.maps is None


def test_what_is_missing_is_said(page):
    tell(page, Why(explanation(origin=Origin(2, 4, 4)), Box(90, 90, 20, 20), CROP, None, Note("It is not here.")))
    assert "It is not here." in page.verdict.why.text.text()
    assert page.verdict.why.good_name.text() == ""


def test_progress_and_shares(page):
    found = explanation(place=True, shares=(Share("Fine structure", 0.62), Share("Coarse structure", 0.38)))
    why = Why(found, Box(90, 90, 20, 20), CROP)
    tell(page, why, busy=True, progress=Progress("", 3, 40, 0.1, 0.0))
    assert page.verdict.why.good_name.text() == "reading 3 of 40"
    assert page.verdict.why.shares.text() == "What differs: Fine structure 62 % · Coarse structure 38 %"


def test_maps_take_the_heat_maps_place_and_leave_the_regions(page, qtbot):
    maps = (PartialMap("Local map", np.full((256, 256), 5.0, np.float32)),)
    before, whole = page.canvas.regions, page.canvas.grab().toImage()
    tell(page, Why(explanation(maps=maps), Box(90, 90, 20, 20), CROP))
    card = page.verdict.why
    qtbot.mouseClick(card.maps.button("0"), Qt.MouseButton.LeftButton)
    qtbot.mouseMove(page.canvas, page.canvas.rect().center())
    qtbot.waitUntil(lambda: "5.00 (limit" in page.canvas.hover_text() or "5.0 (limit" in page.canvas.hover_text())
    assert page.canvas.regions is before
    assert page.canvas.grab().toImage() != whole
    qtbot.mouseClick(card.maps.button("whole"), Qt.MouseButton.LeftButton)
    assert "5.0" not in page.canvas.hover_text()


def test_the_most_similar_good_photo_lies_right_of_a_line(page, qtbot):
    card, canvas = page.verdict.why, page.canvas
    qtbot.mouseClick(card.like, Qt.MouseButton.LeftButton)
    assert page._session.asked[-1] == ("liken",)
    assert canvas.split is None
    page._session.likened.emit(Likened(1, progress=Progress("", 3, 40, 0.1, 0.0)))
    assert card.text.text() == "Reading good photos: 3 of 40"
    good = np.full((*SIZE, 3), (10, 200, 30), np.uint8)
    page._session.likened.emit(Likened(1, Path("good_7.png"), good, busy=False))
    assert card.text.text() == "Right of the line: good_7.png"
    middle = canvas.rect().center()
    right = canvas.grab().toImage().pixelColor(middle + QPoint(40, 40))
    assert (right.red(), right.green(), right.blue()) == (10, 200, 30)
    canvas.move_split(0.9)
    assert canvas.grab().toImage().pixelColor(middle + QPoint(40, 40)).green() != 200
    qtbot.mouseClick(card.like, Qt.MouseButton.LeftButton)
    assert canvas.split is None
    page._session.likened.emit(Likened(1, busy=False))
    assert "is here unchanged" in card.text.text()
    assert not card.like.isChecked()


def test_another_picture_forgets_it(page):
    tell(page, Why(explanation(origin=Origin(2, 4, 4)), Box(90, 90, 20, 20), CROP, CROP, Note("From good.png")))
    page._session.select(2)
    assert page.verdict.why.crops.isHidden()
    assert page.verdict.why.text.isHidden()
    tell(page, Why(explanation(), Box(90, 90, 20, 20), CROP))  # late word of the one before
    assert page.verdict.why.text.isHidden()


def test_the_task_finds_the_photos_of_the_project(tmp_path):
    good = [write_png(tmp_path / f"good-{i}.png", good_part(i)) for i in range(6)]
    model = train(good[:4], good[4:], Recipe(PadimSettings(channels=12), Framing((64, 64))), silent())
    save_model(model, tmp_path / "m.flawmodel")
    flawed = write_png(tmp_path / "away" / "flawed.png", flawed_part(50)[0])
    samples = [Sample(i, str(path), content_hash=content_hash(path)) for i, path in enumerate(good[:3])]

    def told(samples):
        ticket, found = Ticket(), []
        ticket.partial = found.append
        explain_task(tmp_path / "m.flawmodel", "cpu", "auto", 1, flawed, samples, None)(ticket)
        return found

    assert [str(why.caption) for why in told(samples)] == ["None", "Mean of 4 good photos"]  # the fourth by its name
    (tmp_path / good[3].name).unlink()
    forget_models()
    assert str(told(samples)[-1].caption) == "Mean of 3 of the 4 good photos"
    forget_models()
