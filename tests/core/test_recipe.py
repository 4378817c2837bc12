"""A recipe decides a result: its key tells recipes apart, and JSON keeps it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.detectors.settings import PadimSettings, PatchCoreSettings
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import ValueRange
from core.training.recipe import Recipe

RECIPE = Recipe(
    PatchCoreSettings(coreset=0.05, neighbours=3),
    Framing((96, 320), "letterbox"),
    seed=7,
    value_range=ValueRange(0.0, 4095.0),
    held_out_share=0.3,
)


def test_json_keeps_a_recipe():
    assert Recipe.from_json(json.loads(json.dumps(RECIPE.to_json()))) == RECIPE


@pytest.mark.parametrize(
    "other",
    [
        replace(RECIPE, settings=PadimSettings()),
        replace(RECIPE, settings=PatchCoreSettings(coreset=0.05, neighbours=4)),
        replace(RECIPE, framing=Framing((96, 320), "stretch")),
        replace(RECIPE, framing=Framing((320, 96), "letterbox")),
        replace(RECIPE, seed=8),
        replace(RECIPE, value_range=None),
        replace(RECIPE, held_out_share=0.2),
        replace(RECIPE, quantile=0.95),
    ],
)
def test_whatever_decides_the_result_changes_the_key(other):
    assert other.key() != RECIPE.key()


def test_where_the_weights_lie_does_not_change_the_key():
    assert replace(RECIPE, weights_file=Path("elsewhere.pth"), allow_download=True).key() == RECIPE.key()


def test_the_key_is_the_same_in_another_process():
    code = (
        "from core.detectors.settings import PadimSettings; from core.training.recipe import Recipe;"
        "import sys; assert 'torch' not in sys.modules; sys.stdout.write(Recipe(PadimSettings()).key())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == Recipe(PadimSettings()).key()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_a_share_that_leaves_nothing_is_refused(share):
    with pytest.raises(Problem, match="0 and 1"):
        Recipe(PadimSettings(), held_out_share=share)


@pytest.mark.parametrize("quantile", [0.0, 1.01, float("nan")])
def test_a_senseless_quantile_is_refused(quantile):
    with pytest.raises(Problem, match="quantile"):
        Recipe(PadimSettings(), quantile=quantile)
