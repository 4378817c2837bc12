"""Model files of the first version that wrote any are read today and say what they said then, or are refused in words.

The files were written by the program of commit 7f815a3 from three of the pictures drawn here, 64 x 64.
"""

from pathlib import Path

import pytest

from core.devices import choose_device
from core.errors import Problem
from core.inspection.inspector import Inspector
from core.models.bundle import load_model, read_calibration, read_card, save_model
from core.progress import silent
from tests.textures import good_part, write_png

FOLDER = Path(__file__).parent / "model_files"
FIRST = FOLDER / "first_patchcore.flawmodel"
# As that program's scores.csv had them.
SCORES = (22.28925895690918, 23.425966262817383, 23.64844512939453, 23.60283851623535, 22.512022018432617)
LIMIT = 23.648447036743164


def test_card_and_limits_of_the_first_version():
    card = read_card(FIRST)
    assert (card.kind, len(card.trained_on), len(card.held_out)) == ("patchcore", 3, 2)
    limits = read_calibration(FIRST)
    assert limits.image.value == LIMIT
    assert (limits.review, limits.decides, limits.min_area) == (None, "score", 0.0)
    assert limits.image.provisional


def test_the_first_version_scores_as_it_did_and_is_written_anew(tmp_path):
    model = load_model(FIRST, choose_device("cpu"))
    photos = [write_png(tmp_path / f"{i}.png", good_part(i, (64, 64))) for i in range(5)]
    found = [one.score for one in Inspector(model).inspect_many(photos, silent())]
    assert found == pytest.approx(SCORES, rel=1e-5)
    save_model(model, tmp_path / "new.flawmodel")
    again = load_model(tmp_path / "new.flawmodel", choose_device("cpu"))
    assert [one.score for one in Inspector(again).inspect_many(photos, silent())] == found
    assert again.calibration == model.calibration


def test_padim_s_first_arrays_are_refused_in_words():
    """PaDiM has kept other arrays since its Gaussians were nested."""
    assert read_card(FOLDER / "first_padim.flawmodel").kind == "padim"
    with pytest.raises(Problem, match=r"The stored model does not fit.* Train the model again\."):
        load_model(FOLDER / "first_padim.flawmodel", choose_device("cpu"))
