"""Training: what is learned from, what is held out, and what is told about it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core import progress as progress_module
from core.detectors import simplenet
from core.detectors.parts import checkpoint
from core.detectors.parts.learning import UNSTABLE
from core.detectors.settings import PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.detectors.simplenet import truncated_loss
from core.errors import Problem
from core.images.ahead import Loaded, Unreadable, load_ahead
from core.images.framing import Framing
from core.images.in_order import AHEAD, in_order
from core.images.reading import content_hash
from core.inspection.inspector import Inspector
from core.models.card import ModelCard, note_from_json
from core.progress import Cancelled, Ticket, silent
from core.training import frames as frames_module
from core.training.folds import folds
from core.training.frames import ImageFrames
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png

RECIPE = Recipe(PatchCoreSettings(coreset=0.2), Framing((64, 64)))


@pytest.fixture
def good(tmp_path):
    sizes = [(96, 96), (64, 128), (130, 77)]
    return [write_png(tmp_path / f"good-{index}.png", good_part(index, sizes[index % 3])) for index in range(8)]


def test_a_flaw_scores_above_all_good_parts(good, tmp_path):
    model = train(good[:6], good[6:], RECIPE, silent())
    flawed = write_png(tmp_path / "flawed.png", flawed_part(50)[0])
    score = Inspector(model).inspect(flawed, silent()).score
    assert score > model.calibration.image.value
    assert model.calibration.image.provisional
    assert model.calibration.image.evidence.good == 2


def test_the_card_tells_the_origin(good):
    card = train(good[:6], good[6:], RECIPE, silent()).card
    assert [file.name for file in card.trained_on] == [path.name for path in good[:6]]
    assert [file.name for file in card.held_out] == [path.name for path in good[6:]]
    assert len({file.sha256 for file in card.trained_on}) == 6
    assert card.seconds > 0
    assert card.peak_bytes > 10_000_000
    assert len(card.backbone_sha256) == 64


@pytest.mark.parametrize(
    "settings",
    [PatchCoreSettings(coreset=0.2), PadimSettings(channels=12), SimpleNetSettings(hidden=64, least_steps=80)],
)
def test_the_same_recipe_and_files_give_the_same_model(good, settings):
    recipe = Recipe(settings, Framing((64, 64)))
    one, other = (train(good[:6], good[6:], recipe, silent()) for _ in range(2))
    for name, array in one.detector.state().arrays.items():
        np.testing.assert_array_equal(array, other.detector.state().arrays[name])
    assert one.calibration == other.calibration


def test_a_training_that_was_broken_off_goes_on(good, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "PAUSE_SECONDS", 0.0)
    recipe = Recipe(SimpleNetSettings(passes=6, least_steps=1, hidden=32), Framing((64, 64)))
    kept, steps = tmp_path / "kept", []

    def count(progress):
        if progress.curve:
            steps.append(progress.done)
        if len(steps) == stop_at:
            ticket.cancel()

    stop_at, ticket = 7, Ticket(count)
    monkeypatch.setattr(progress_module, "REPORTS_PER_SECOND", 1e9)
    with pytest.raises(Cancelled):
        train(good[:6], good[6:], recipe, ticket, kept)
    assert kept.is_file()
    steps, stop_at, ticket = [], None, Ticket(count)
    resumed = train(good[:6], good[6:], recipe, ticket, kept)
    assert steps[0] == 7  # two steps a pass: the fourth pass begins
    assert not kept.exists()
    whole = train(good[:6], good[6:], recipe, silent())
    for name, array in whole.detector.state().arrays.items():
        np.testing.assert_array_equal(array, resumed.detector.state().arrays[name])
    assert resumed.detector.state().facts == whole.detector.state().facts
    assert resumed.calibration == whole.calibration


def test_a_training_that_went_wrong_says_so(good, monkeypatch):
    def exploding(good_ones, noisy):
        steps.append(1)
        return truncated_loss(good_ones, noisy) * (1.0 if len(steps) <= 4 else float("inf"))

    steps = []
    monkeypatch.setattr(simplenet, "truncated_loss", exploding)
    model = train(good[:6], good[6:], Recipe(SimpleNetSettings(hidden=32), Framing((64, 64))), silent())
    assert model.card.notes == (UNSTABLE,)
    assert ModelCard.from_json(model.card.to_json()) == model.card
    assert model.detector.state().facts["kept"] == 2


def test_a_training_that_was_stopped_early_says_so(good, tmp_path):
    ticket = silent()
    ticket.stop_early()
    recipe = Recipe(SimpleNetSettings(passes=6, least_steps=1, hidden=32), Framing((64, 64)))
    model = train(good[:6], good[6:], recipe, ticket, tmp_path / "kept")
    (note,) = model.card.notes
    assert "1 of 12 steps" in str(note)
    assert ModelCard.from_json(json.loads(json.dumps(model.card.to_json()))) == model.card
    assert model.detector.state().facts["ended"] == "stopped"
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "note",
    [
        {"text": "{gone}", "values": {}, "warning": True},
        {"text": "{a:>999999999}", "values": {"a": "1"}, "warning": True},
        {"text": "{a.__class__}", "values": {"a": "1"}, "warning": True},
        {"text": "{", "values": {}, "warning": True},
        {"text": "no values"},
    ],
)
def test_a_note_that_does_not_fit_is_refused(note):
    with pytest.raises((KeyError, TypeError, ValueError)):
        note_from_json(note)


def test_notes_of_older_files_are_read():
    assert str(note_from_json("It was {odd}.")) == "It was {odd}."


def test_broken_files_are_skipped_and_listed(good, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(good[0].read_bytes()[:200])
    card = train([broken, *good[:5]], good[6:], RECIPE, silent()).card
    assert len(card.trained_on) == 5
    assert [skipped.name for skipped in card.skipped] == ["broken.png"]


def test_a_copy_of_a_training_image_is_not_held_out(good, tmp_path):
    copy = tmp_path / "copy.png"
    copy.write_bytes(good[0].read_bytes())
    card = train(good[:5], [copy, good[6]], RECIPE, silent()).card
    assert [file.name for file in card.held_out] == [good[6].name]
    assert card.skipped[0].name == "copy.png"


def test_an_empty_side_is_filled_by_a_new_split(good):
    card = train(good, [], RECIPE, silent()).card
    names = {file.name for file in card.trained_on}, {file.name for file in card.held_out}
    assert len(names[0]) + len(names[1]) == len(good)
    assert len(names[1]) == 2
    assert not names[0] & names[1]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_images_are_refused(good, count):
    with pytest.raises(Problem, match="no good images" if count == 0 else "only one usable"):
        train(good[:count], [], RECIPE, silent())


def test_only_broken_files_are_refused_with_the_first_reason(tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"nothing")
    with pytest.raises(Problem, match=r"None of the 1 files.*broken\.png"):
        train([path], [], RECIPE, silent())


def test_training_stops_when_asked(good):
    ticket = Ticket(lambda progress: ticket.cancel() if progress.stage == "Reading good images" else None)
    with pytest.raises(Cancelled):
        train(good[:6], good[6:], RECIPE, ticket)


def test_frames_are_the_same_cached_or_read_again(good):
    framing = Framing((64, 64))
    loaded = {item.path: item.frame for item in load_ahead(good, framing, None, silent()) if isinstance(item, Loaded)}
    some = {path: loaded[path] for path in good[::3]}
    frames = ImageFrames(good, some, framing, None, silent())
    for _ in range(2):
        batches = list(frames.batches(3))
        assert [len(batch) for batch in batches] == [3, 3, 2]
        found = np.concatenate([batch.numpy() for batch in batches])
        np.testing.assert_array_equal(found, np.stack([loaded[path].numpy() for path in good]))


def test_a_file_that_vanishes_is_told(good):
    frames = ImageFrames(good, {}, Framing((64, 64)), None, silent())
    good[2].unlink()
    with pytest.raises(Problem, match=rf"{good[2].name} cannot be read any more"):
        list(frames.batches(4))


def test_the_cache_is_bounded(good):
    frame = next(iter(load_ahead(good, Framing((64, 64)), None, silent()))).frame
    room = frames_module.CACHE_BYTES // (3 * 64 * 64 * 4)
    assert frames_module.room_for(dict.fromkeys(range(room - 1)), frame)
    assert not frames_module.room_for(dict.fromkeys(range(room)), frame)


def test_reading_ahead_keeps_the_order_and_goes_on_after_a_broken_file(good, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    paths = [good[index % len(good)] for index in range(2 * AHEAD)]
    paths[5] = broken
    items = list(load_ahead(paths, Framing((64, 64)), None, silent()))
    assert [item.path for item in items] == paths
    assert [index for index, item in enumerate(items) if isinstance(item, Unreadable)] == [5]


def test_work_ahead_is_bounded_and_takes_items_only_as_it_goes():
    taken = []
    results = in_order(lambda number: number * 2, (taken.append(n) or n for n in range(100)), silent(), workers=2)
    assert next(results) == 0
    assert len(taken) == AHEAD
    assert [next(results), next(results)] == [2, 4]
    assert len(taken) == AHEAD + 2
    assert list(results) == list(range(6, 200, 2))


def test_an_error_in_work_ahead_comes_in_its_turn_and_ends_it():
    done = []

    def work(number: int) -> int:
        done.append(number)
        return 1 // (3 - number)

    results = in_order(work, range(1000), silent())
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert len(done) <= AHEAD + 3


def test_rounds_judge_every_image_by_a_fit_without_it(good):
    recipe = replace(RECIPE, folds=3)
    model = train(good[:6], good[6:], recipe, silent())
    assert sorted(image.name for image in model.card.left_out) == [path.name for path in good[:6]]
    assert model.calibration.image.evidence.good == 8
    hashes = {path: content_hash(path) for path in good[:6]}
    scores = {}
    for part in folds(hashes, 3, recipe.seed):
        others = [path for path in good[:6] if path not in part]
        without = train(others, good[6:], RECIPE, silent())
        scores |= {path.name: Inspector(without).inspect(path, silent()).score for path in part}
    assert {image.name: image.score for image in model.card.left_out} == pytest.approx(scores)
    told = [image.score for image in model.card.left_out]
    assert told == sorted(told, reverse=True)
    assert model.calibration.image.value > max(told)
    assert ModelCard.from_json(json.loads(json.dumps(model.card.to_json()))) == model.card
    plain = train(good[:6], good[6:], RECIPE, silent())
    for name, array in plain.detector.state().arrays.items():  # the model itself is the same
        np.testing.assert_array_equal(array, model.detector.state().arrays[name])


def test_copies_are_left_out_together(good, tmp_path):
    hashes = {path: content_hash(path) for path in [*good, *good]} | {tmp_path / "copy": content_hash(good[0])}
    parts = folds(hashes, 4, 1)
    assert sorted(path for part in parts for path in part) == sorted(hashes)
    assert [part for part in parts if good[0] in part] == [part for part in parts if tmp_path / "copy" in part]
    assert parts == folds(dict(reversed(hashes.items())), 4, 1)
    assert parts != folds(hashes, 4, 2)


def test_rounds_need_two_different_images(good, tmp_path):
    copy = tmp_path / "copy.png"
    copy.write_bytes(good[0].read_bytes())
    with pytest.raises(Problem, match="at least two different"):
        train([good[0], copy], [good[1]], replace(RECIPE, folds=2), silent())


@pytest.mark.parametrize(
    ("settings", "count", "told"),
    [(PatchCoreSettings(), 1, "1 rounds"), (PadimSettings(), 21, "21 rounds"), (SimpleNetSettings(), 5, "in steps")],
)
def test_rounds_that_do_not_work(settings, count, told):
    with pytest.raises(Problem, match=told):
        Recipe(settings, folds=count)


def test_with_rounds_nothing_has_to_be_held_out(good):
    model = train(good, [], replace(RECIPE, folds=4, held_out_share=0.0), silent())
    assert len(model.card.trained_on) == len(model.card.left_out) == model.calibration.image.evidence.good == len(good)
    assert not model.card.held_out
    assert model.calibration.image.value > model.card.left_out[0].score
    with pytest.raises(Problem, match="held-out share"):
        Recipe(PatchCoreSettings(), held_out_share=0.0)
