import os

import numpy as np
import pytest

from core.errors import Problem
from core.images.framing import Framing
from core.progress import Cancelled, Ticket, silent
from core.scoring.pixels import PixelCounts
from gui.errors import told
from gui.jobs import tasks
from gui.jobs.tasks import Marked
from tests.textures import flawed_part, good_part, write_dataset, write_png

PLACEMENT = Framing((32, 64), "letterbox").place((96, 96))


def run(task):
    """Run a task here; return its result and its partial results."""
    partials = []
    return task(Ticket(on_partial=partials.append)), partials


# --- Files -----------------------------------------------------------------------------------------------------------


def test_gathering_sorts_data_sets_from_other_pictures(tmp_path):
    layout = write_dataset(tmp_path / "parts", train=2, good=1, defect=2)
    other = write_png(tmp_path / "other/a.png", good_part(1))
    gathered, _ = run(tasks.gather_task([layout.defect[0], layout.train[1], tmp_path / "other"]))
    (dataset,) = gathered.datasets
    assert [found.path for found in dataset.found] == [layout.train[1], layout.defect[0]]
    assert gathered.plain == (other,)


def test_a_missing_file_is_kept_so_that_its_row_says_why(tmp_path):
    gathered, _ = run(tasks.gather_task([tmp_path / "gone.png"]))
    assert gathered.plain == (tmp_path / "gone.png",)


def test_examining_reads_sizes_and_reasons_in_batches(tmp_path, qapp):
    good = write_png(tmp_path / "a.png", good_part(1, (40, 64)))
    bad = tmp_path / "b.png"
    bad.write_bytes(b"x")
    samples = [(i, good) for i in range(tasks.FACTS_AT_ONCE + 3)] + [(999, bad), (1000, tmp_path / "gone.png")]
    _, partials = run(tasks.examine_task(samples))
    assert [len(part) for part in partials] == [tasks.FACTS_AT_ONCE, 5]
    facts = {**partials[0], **partials[1]}
    assert facts[0].size == (40, 64)
    assert facts[0].trouble == ""
    assert facts[999].size is None
    assert "“b.png” is not a picture" in told(facts[999].trouble)
    assert "gone.png" in told(facts[1000].trouble)
    assert "{" not in told(facts[1000].trouble)


def test_examining_can_be_stopped(tmp_path):
    ticket = silent()
    ticket.cancel()
    with pytest.raises(Cancelled):
        tasks.examine_task([(1, tmp_path / "a.png")])(ticket)


# --- Heat maps -------------------------------------------------------------------------------------------------------


def test_a_heat_map_comes_back_exactly(tmp_path):
    heat = np.random.default_rng(0).normal(size=PLACEMENT.frame_size).astype(np.float32)
    path = tmp_path / "检测" / "1.npy"
    tasks.write_heat(path, heat)
    tasks.write_heat(path, heat * 2)
    found = tasks.read_heat(path, PLACEMENT)
    np.testing.assert_array_equal(found, heat * 2)
    assert [p.name for p in path.parent.iterdir()] == ["1.npy"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: None,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\x93NUMPY rubbish"),
        lambda path: np.save(path, np.zeros((5, 5), np.float32)),
        lambda path: np.save(path, np.zeros(PLACEMENT.frame_size)),
        lambda path: np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True),
    ],
    ids=["missing", "empty", "rubbish", "other size", "other type", "pickle"],
)
def test_a_spoiled_heat_map_is_none(tmp_path, spoil):
    spoil(tmp_path / "1.npy")
    assert tasks.read_heat(tmp_path / "1.npy", PLACEMENT) is None


def test_a_truncated_heat_map_is_none(tmp_path):
    path = tmp_path / "1.npy"
    tasks.write_heat(path, np.ones(PLACEMENT.frame_size, np.float32))
    path.write_bytes(path.read_bytes()[:-10])
    assert tasks.read_heat(path, PLACEMENT) is None


def test_a_heat_map_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="could not be written"):
        tasks.write_heat(tmp_path / "file" / "1.npy", np.ones((2, 2), np.float32))


def test_viewing_gives_the_photo_and_the_kept_heat(tmp_path):
    photo = write_png(tmp_path / "a.png", good_part(3))
    heat = np.ones(PLACEMENT.frame_size, np.float32)
    tasks.write_heat(tmp_path / "1.npy", heat)
    result, (seen,) = run(tasks.view_task(photo, None, tmp_path / "1.npy", PLACEMENT))
    np.testing.assert_array_equal(seen, good_part(3))
    np.testing.assert_array_equal(result, heat)
    result, _ = run(tasks.view_task(photo, None, None, None))
    assert result is None


# --- Pixel figures ---------------------------------------------------------------------------------------------------


@pytest.fixture
def marked(tmp_path):
    """Six labelled pictures: 0 to 2 good, 3 to 5 with masks."""
    rng = np.random.default_rng(5)
    found = {}
    for i in range(6):
        heat_path, mask = tmp_path / f"{i}.npy", None
        tasks.write_heat(heat_path, rng.gamma(2, size=PLACEMENT.frame_size).astype(np.float32))
        if i > 2:
            mask = write_png(tmp_path / f"{i}.png", flawed_part(i)[1])
        found[i] = Marked(i, str(heat_path), PLACEMENT, mask, float(i))
    return found


def from_nothing(wanted):
    counts = PixelCounts()
    for item in wanted:
        heat = np.load(item.heat_path)
        if item.mask is None:
            counts.add(heat, None, item.placement.inside())
        else:
            mask = np.zeros((96, 96), np.bool_) | flawed_part(int(item.mask.stem))[1]
            counts.add(heat, item.placement.mask_to_frame(mask), item.placement.inside())
    return counts


def test_pixels_are_counted_inside_the_picture_only(marked):
    figures, _ = run(tasks.evaluate_pixels_task(None, list(marked.values())))
    assert figures.counts == from_nothing(marked.values())
    assert figures.counts.good_pixels + figures.counts.defect_pixels == 6 * 32 * 32  # without the padding
    assert figures.curve.positives == figures.counts.defect_pixels


def test_changes_give_what_counting_from_nothing_gives(marked):
    rng = np.random.default_rng(0)
    figures = None
    for _ in range(12):
        chosen = [item for item in marked.values() if rng.random() < 0.6]
        relabelled = [Marked(i.sample, i.heat_file, i.placement, None, i.score) for i in chosen if i.sample == 4]
        wanted = [*(item for item in chosen if item.sample != 4 or rng.random() < 0.5)]
        wanted += [item for item in relabelled if all(w.sample != 4 for w in wanted)]
        figures, _ = run(tasks.evaluate_pixels_task(figures, wanted))
        assert figures.counts == from_nothing(wanted)
        assert set(figures.counted) == {item.sample for item in wanted}


def test_only_what_changed_is_read(marked, monkeypatch):
    figures, _ = run(tasks.evaluate_pixels_task(None, list(marked.values())))
    read = []
    real = tasks.read_heat
    monkeypatch.setattr(tasks, "read_heat", lambda path, placement: read.append(path) or real(path, placement))
    wanted = [item for item in marked.values() if item.sample != 2]
    figures, _ = run(tasks.evaluate_pixels_task(figures, wanted))
    assert read == [marked[2].heat_path]


def test_a_replaced_heat_map_is_counted_anew(marked):
    figures, _ = run(tasks.evaluate_pixels_task(None, list(marked.values())))
    stamp = marked[1].heat_path.stat()
    tasks.write_heat(marked[1].heat_path, np.full(PLACEMENT.frame_size, 3.0, np.float32))

    os.utime(marked[1].heat_path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1_000_000))
    wanted = [item for item in marked.values() if item.sample != 1]
    figures, _ = run(tasks.evaluate_pixels_task(figures, wanted))
    assert figures.counts == from_nothing(wanted)


@pytest.mark.parametrize("lost", ["heat", "mask", "not finite"])
def test_pictures_with_lost_files_are_left_out(marked, lost):
    if lost == "heat":
        marked[4].heat_path.unlink()
    elif lost == "mask":
        marked[4].mask.unlink()
    else:
        tasks.write_heat(marked[4].heat_path, np.full(PLACEMENT.frame_size, np.nan, np.float32))
    figures, _ = run(tasks.evaluate_pixels_task(None, list(marked.values())))
    assert set(figures.counted) == {0, 1, 2, 3, 5}
    assert figures.counts == from_nothing(item for item in marked.values() if item.sample != 4)


def test_a_stopped_count_leaves_the_one_before_as_it_was(marked):
    before, _ = run(tasks.evaluate_pixels_task(None, [marked[0], marked[3]]))
    ticket = silent()
    ticket.cancel()
    with pytest.raises(Cancelled):
        tasks.evaluate_pixels_task(before, list(marked.values()))(ticket)
    assert before.counts == from_nothing([marked[0], marked[3]])
