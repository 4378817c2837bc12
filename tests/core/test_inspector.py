"""Looking at files: alone or in batches, the same result; a broken file stops nothing."""

import numpy as np
import pytest

from core.detectors.settings import PatchCoreSettings
from core.errors import Problem
from core.images.framing import Framing
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection, Verdict
from core.progress import Cancelled, Ticket, silent
from core.scoring.thresholds import Calibration, Threshold
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    return [write_png(folder / f"{i}.png", good_part(i, (70 + 9 * i, 96))) for i in range(11)]


@pytest.fixture(scope="module")
def inspector(photos):
    recipe = Recipe(PatchCoreSettings(coreset=0.2), Framing((64, 96), "letterbox"))
    return Inspector(train(photos[:4], photos[4:6], recipe, silent()))


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_batches_give_what_single_images_give(inspector, photos, batch):
    together = list(inspector.inspect_many(photos, silent(), batch))
    assert [each.path for each in together] == photos
    for path, found in zip(photos, together, strict=True):
        alone = inspector.inspect(path, silent())
        assert isinstance(found, Inspection)
        np.testing.assert_allclose(found.heat, alone.heat, rtol=1e-4, atol=1e-3)
        assert found.score == pytest.approx(alone.score, rel=1e-4)
        assert found.size == alone.size
        assert found.placement == alone.placement


def test_a_broken_file_is_a_failure_in_its_place(inspector, photos, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    found = list(inspector.inspect_many([photos[0], broken, photos[1]], silent(), 2))
    assert [type(each) for each in found] == [Inspection, Failure, Inspection]
    assert "broken.png" in str(found[1].problem)
    with pytest.raises(Problem, match=r"broken\.png"):
        inspector.inspect(broken, silent())


def test_no_files_no_results(inspector):
    assert list(inspector.inspect_many([], silent())) == []


def test_inspection_stops_when_asked(inspector, photos):
    ticket = Ticket()
    results = inspector.inspect_many(photos, ticket, 1)
    next(results)
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(results)


def test_a_score_at_the_threshold_is_a_defect(inspector, tmp_path):
    path = write_png(tmp_path / "flawed.png", flawed_part(3)[0])
    found = inspector.inspect(path, silent())

    def judged(limit):
        return found.verdict(Calibration(Threshold(limit), Threshold(1.0), 0.0, 1.0))

    assert judged(found.score) is Verdict.NG
    assert judged(float(np.nextafter(found.score, np.inf))) is Verdict.OK
