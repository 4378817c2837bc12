"""The clocked small training. No test here asserts on a time: only that each part was clocked and what stops it."""

from dataclasses import astuple

import pytest

from core.detectors.settings import PRESETS
from core.errors import Problem
from core.images.framing import Framing
from core.progress import Cancelled, Ticket, silent
from core.training.pace import MOST_IMAGES, measure_pace
from core.training.recipe import Recipe
from tests.textures import write_dataset

RECIPES = {kind: Recipe(PRESETS[kind]["fast"], Framing((64, 64)), device="cpu") for kind in PRESETS}


@pytest.fixture
def good(tmp_path):
    return sorted((write_dataset(tmp_path, train=20, good=1, defect=0).root / "train").rglob("*.png"))


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_part_is_clocked(good, recipe):
    pace = measure_pace(good, recipe, silent())
    assert 2 <= pace.images <= MOST_IMAGES
    assert all(value > 0 for value in astuple(pace)[:-1])
    assert pace.device == "cpu"


def test_unreadable_images_and_a_stop(good):
    for path in good[1:]:
        path.write_bytes(b"no image")
    with pytest.raises(Problem, match="cannot be read"):
        measure_pace(good, RECIPES["padim"], silent())
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        measure_pace(good, RECIPES["padim"], ticket)
