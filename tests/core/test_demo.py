"""The demo: complete, repeatable, and its flaws where the masks say."""

import hashlib

import numpy as np
import pytest

from core.demo import Amounts, draw_demo, flange, leather
from core.errors import Problem
from core.images.reading import probe_image, read_image, read_mask
from core.progress import Cancelled, Ticket
from core.project.discovery import discover
from core.project.model import Label

FEW = Amounts(train=2, good=1, each_flaw=1)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return draw_demo(tmp_path_factory.mktemp("demo 检测"), seed=3, amounts=FEW)


def hashes(root):
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_it_is_two_data_sets_with_masks(drawn):
    assert [root.name for root in drawn] == ["flange", "leather"]
    for root in drawn:
        dataset = discover(root)
        assert dataset.layout == "mvtec"
        assert sum(f.training for f in dataset.found) == 2
        defects = [f for f in dataset.found if f.label is Label.DEFECT]
        assert len({f.defect_type for f in defects}) == 5
        for found in defects:
            assert found.mask is not None
            assert probe_image(found.path).size == (320, 320)
            assert 15 <= read_mask(found.mask, (320, 320)).sum() <= 9000


def test_the_same_seed_gives_the_same_bytes(drawn, tmp_path):
    again = draw_demo(tmp_path, seed=3, amounts=Amounts(train=1, good=1, each_flaw=1))
    for first, second in zip(drawn, again, strict=True):
        before, after = hashes(first), hashes(second)
        del after["demo.json"]
        assert len(after) == 12
        assert after.items() <= before.items()


def test_good_parts_differ(drawn):
    for root in drawn:
        first, second = (read_image(root / "train" / "good" / f"00{i}.jpg").pixels.astype(float) for i in range(2))
        assert np.abs(first - second).mean() > 2


@pytest.mark.parametrize("product", [flange, leather])
def test_each_flaw_changes_its_place_more_than_its_surroundings(product):
    for kind in product.KINDS:
        changed, beside = [], []
        for seed in range(3):
            _, mask = product.draw(np.random.default_rng([1, seed]), kind)
            assert mask.any()
            # The same part with its flaw left out cannot be had from the generator, so that neighbours are compared:
            # a flaw's own pixels vary more, or are of another brightness, than a ring around it.
            picture, mask = product.draw(np.random.default_rng([1, seed]), kind)
            grey = picture.astype(float).mean(axis=2)
            rows, columns = np.nonzero(mask)
            box = (
                slice(max(rows.min() - 12, 0), rows.max() + 13),
                slice(max(columns.min() - 12, 0), columns.max() + 13),
            )
            ring = grey[box][~mask[box]]
            changed.append(abs(grey[mask].mean() - ring.mean()) + abs(grey[mask].std() - ring.std()))
            beside.append(picture.dtype == np.uint8 and picture.shape == (320, 320, 3))
        assert all(beside)
        assert max(changed) > 3, kind


def test_what_is_there_is_kept_and_strangers_are_not_overwritten(drawn, tmp_path):
    folder = drawn[0].parent
    before = hashes(folder)
    assert draw_demo(folder, seed=3, amounts=FEW) == drawn
    assert hashes(folder) == before
    with pytest.raises(Problem, match="something else"):
        draw_demo(folder, seed=4, amounts=FEW)
    (tmp_path / "leather").mkdir()
    with pytest.raises(Problem, match="something else"):
        draw_demo(tmp_path, amounts=Amounts(1, 0, 0))


def test_one_product_is_drawn_alone_and_the_same(drawn, tmp_path):
    told = []
    (alone,) = draw_demo(tmp_path, 3, Ticket(told.append), FEW, products=["flange"])
    assert hashes(alone) == hashes(drawn[0])
    assert [path.name for path in tmp_path.iterdir()] == ["flange"]
    assert told[-1].fraction == 1.0


def test_cancelling_leaves_nothing_half_drawn(tmp_path):
    def stop(progress):
        if progress.stage == "Drawing leather" and progress.done >= 1:
            ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        draw_demo(tmp_path, ticket=ticket, amounts=FEW)
    assert [path.name for path in tmp_path.iterdir()] == ["flange"]


def test_a_place_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Problem, match="could not be written"):
        draw_demo(tmp_path / "file" / "inner", amounts=FEW)
