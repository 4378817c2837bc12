"""Changed light, focus and position: the changes against other libraries, the rates against single inspections."""

import csv
import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from core.detectors.settings import PadimSettings
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import read_image
from core.inspection import robustness as changes
from core.inspection.inspector import Inspector
from core.inspection.robustness import CHANGES, Course, robustness
from core.progress import Cancelled, Ticket, silent
from core.scoring.rates import Rate
from core.scoring.thresholds import Verdict
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import good_part, write_png


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    return [write_png(folder / f"good-{i}.png", good_part(i, (90, 120))) for i in range(10)]


@pytest.fixture(scope="module")
def model(good):
    return train(good[:5], good[5:7], Recipe(PadimSettings(channels=12), Framing((64, 64))), silent())


def random(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture
def part():
    return ndimage.gaussian_filter(good_part(3, (90, 120)), (2, 2, 0))


def test_light_and_contrast(part):
    values = part.astype(np.float64)
    np.testing.assert_allclose(changes.darker(part, 20, random()), values * 0.8, atol=0.51)
    np.testing.assert_allclose(changes.brighter(part, 30, random()), np.minimum(values * 1.3, 255), atol=0.51)
    flat = values.mean() + 0.6 * (values - values.mean())
    np.testing.assert_allclose(changes.flatter(part, 40, random()), flat, atol=0.51)


def test_blur_is_scipys(part):
    want = ndimage.gaussian_filter(part.astype(np.float64), (0.72, 0.72, 0), mode="nearest")
    np.testing.assert_allclose(changes.blurred(part, 0.8, random()), want, atol=1.5)


def test_a_shift_goes_as_far_as_it_says(part):
    angle = random(4).uniform(0, 2 * np.pi)
    way = 90 * 0.04
    want = ndimage.shift(part.astype(float), (way * np.sin(angle), way * np.cos(angle), 0), order=3, mode="nearest")
    np.testing.assert_allclose(changes.shifted(part, 4, random(4))[8:-8, 8:-8], want[8:-8, 8:-8], atol=4)


def test_a_turn_is_about_the_middle(part):
    way = random(4).choice([-1, 1])
    want = ndimage.rotate(part.astype(float), 4 * way, axes=(1, 0), reshape=False, order=3, mode="nearest")
    other = ndimage.rotate(part.astype(float), -4 * way, axes=(1, 0), reshape=False, order=3, mode="nearest")
    have = changes.turned(part, 4, random(4)).astype(float)
    inner = (slice(15, -15), slice(15, -15))
    errors = sorted(float(np.abs(have - each)[inner].mean()) for each in (want, other))
    assert errors[0] < 0.6
    assert errors[1] > 3 * errors[0]


def test_noise_and_jpeg(part):
    grey = np.full((200, 200, 3), 128, np.uint8)
    noise = changes.noisy(grey, 8, random()).astype(float) - 128
    assert noise.std() == pytest.approx(8, rel=0.02)
    assert abs(noise.mean()) < 0.1
    file = io.BytesIO()
    Image.fromarray(part).save(file, "JPEG", quality=50)
    want = np.asarray(Image.open(file)).astype(float)
    assert np.abs(changes.compressed(part, 50, random()) - want).mean() < 1.5
    assert np.abs(part - want).mean() > 0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.title)
def test_stronger_steps_change_more_and_the_same_seed_the_same(change, part):
    way = [np.abs(change.apply(part, step, random(1)).astype(float) - part).mean() for step in change.steps]
    assert way == sorted(way)
    assert way[-1] > 0
    step = change.steps[-1]
    np.testing.assert_array_equal(change.apply(part, step, random(1)), change.apply(part, step, random(1)))


def test_rates_are_those_of_the_changed_files(model, good, tmp_path):
    found = robustness(model, good[7:], 5, silent())
    inspector = Inspector(model)
    assert found.unchanged == Rate(
        sum(inspector.inspect(path, silent()).verdict(model.calibration) is Verdict.NG for path in good[7:]), 3
    )
    for kind in (0, 4, 6):
        course, change = found.courses[kind], CHANGES[kind]
        assert (course.title, course.steps) == (change.title, change.steps)
        for step, rate, median in zip(course.steps, course.rejected, course.scores, strict=True):
            seen = []
            for number, path in enumerate(good[7:]):
                pixels = change.apply(read_image(path).pixels, step, np.random.default_rng((5, number, kind)))
                seen.append(inspector.inspect(write_png(tmp_path / "changed.png", pixels), silent()))
            assert rate == Rate(sum(one.verdict(model.calibration) is Verdict.NG for one in seen), 3)
            assert median == pytest.approx(np.median([one.score for one in seen]), rel=1e-4)


def test_where_a_limit_is_passed():
    course = Course("Darker", "%", (5, 10, 20), (Rate(0, 20), Rate(1, 20), Rate(6, 20)), (1.0, 1.1, 2.0))
    assert course.passes(0.05) == 2
    assert course.passes(0.0) == 1
    assert course.passes(0.3) is None


def test_the_table_has_a_row_a_step(model, good):
    found = robustness(model, good[7:9], 0, silent())
    rows = list(csv.DictReader(io.StringIO(found.as_csv())))
    assert len(rows) == 1 + sum(len(change.steps) for change in CHANGES)
    assert rows[0]["change"] == "Unchanged"
    assert float(rows[4]["rate"]) == found.courses[0].rejected[3].count / 2


def test_what_cannot_be_read_is_left_out_and_many_are_thinned(model, good, tmp_path, monkeypatch):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    monkeypatch.setattr(changes, "MOST_IMAGES", 2)
    found = robustness(model, [broken, good[8], good[9], good[7]], 0, silent())
    assert found.unreadable == (broken,)
    assert found.unchanged.total == 1
    with pytest.raises(Problem, match="None of the 1 images"):
        robustness(model, [broken], 0, silent())


def test_it_is_stopped(model, good):
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        robustness(model, good, 0, ticket)
