"""The distillation of a teacher: what it imitates, that it learns, and that a stop changes nothing."""

import dataclasses
import hashlib
import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from typer.testing import CliRunner

from core.backbones.extractor import build_extractor
from core.backbones.nets.pdn import patch_description
from core.cli.app import app
from core.devices import choose_device
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import Cancelled, Ticket, silent
from core.training import distillation
from core.training.distillation import Course, checkpoint_of, distil
from tests.textures import good_part, write_png

runner = CliRunner()
COURSE = Course(steps=4, batch=2, crop=64, judge_every=2)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photographs")
    for number in range(12):
        write_png(folder / f"{number:02}.png", good_part(np.random.default_rng(number), (72, 80)))
    return sorted(folder.iterdir())


def run(photographs, course, output, ticket=None, told=lambda judgement: None, **more):
    return distil(photographs, course, output, choose_device("cpu", "torch"), ticket or silent(), told, **more)


@pytest.fixture(scope="module")
def whole(photographs, tmp_path_factory):
    """An undisturbed run: its judgements and where its teacher lies."""
    output = tmp_path_factory.mktemp("whole") / "teacher.safetensors"
    judgements = []
    run(photographs, COURSE, output, told=judgements.append)
    return judgements, output


def test_it_learns_and_says_how_far_it_is(whole):
    judgements, _ = whole
    assert [each.step for each in judgements] == [2, 4]
    assert judgements[1].held_out < judgements[0].held_out


def test_the_teacher_is_in_half_precision_with_a_card(whole):
    judgements, output = whole
    weights = load_file(output)
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    patch_description("small").load_state_dict(weights)
    with safe_open(output, "pt") as file:
        card = json.loads(file.metadata()["flawsight"])
    assert card["course"] == dataclasses.asdict(COURSE)
    assert card["held_out"] == [dataclasses.asdict(each) for each in judgements]
    assert card["steps"] == 4


@pytest.mark.parametrize("crop", [64, pytest.param(256, marks=pytest.mark.slow)])
def test_a_stopped_run_that_goes_on_gives_the_same_weights(photographs, whole, tmp_path, crop):
    course = dataclasses.replace(COURSE, crop=crop, batch=1 if crop == 256 else 2)
    reference = whole[1]
    if crop == 256:
        reference = tmp_path / "reference.safetensors"
        run(photographs, course, reference)
    ticket = Ticket()
    output = tmp_path / "teacher.safetensors"
    with pytest.raises(Cancelled):
        run(photographs, course, output, ticket, told=lambda judgement: ticket.cancel())
    assert checkpoint_of(output).is_file()
    run(photographs, course, output, resume=True)
    for name, tensor in load_file(checkpoint_of(reference)).items():
        assert torch.equal(tensor, load_file(checkpoint_of(output))[name]), name


def test_channels_are_normalised_over_the_photographs_learned_from(photographs, whole):
    state = load_file(checkpoint_of(whole[1]))
    lite = build_extractor("efficientnet_lite0", ("s8", "s16"), silent())
    order = torch.randperm(12, generator=torch.Generator().manual_seed(distillation._seed(COURSE.seed, 0, 0))).tolist()
    shown = [to_frames([read_image(photographs[index]).pixels], Framing((512, 512))) for index in order[1:]]
    found = []
    for frame in shown:
        fine, coarse = lite(frame)
        columns = []
        for level in (fine, coarse):
            around = torch.nn.functional.unfold(level, 3, padding=1)  # (1, C * 9, positions)
            pooled = torch.nn.functional.adaptive_avg_pool1d(around.transpose(1, 2), 192).transpose(1, 2)
            pooled = pooled.view(1, 192, *level.shape[-2:])
            columns.append(torch.nn.functional.interpolate(pooled, (64, 64), mode="bilinear"))
        found.append(torch.cat(columns, 1)[0].flatten(1))
    values = torch.cat(found, 1).double()
    torch.testing.assert_close(state["mean"].double(), values.mean(1), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(state["spread"].double(), values.std(1, correction=0), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_crop_learns_what_belongs_to_it():
    bare, padded = patch_description("small"), patch_description("small", padding=True)
    padded.load_state_dict(bare.state_dict())
    frame = torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(0))
    part = frame[:, :, 4 * 7 :, 4 * 13 :][:, :, :96, :96]
    torch.testing.assert_close(distillation._inner(padded(frame), 7, 13, 96), bare(part), rtol=0, atol=1e-5)


def test_photographs_come_in_whole_rounds_from_any_step_on(photographs):
    features = build_extractor("efficientnet_lite0", ("s8", "s16"), silent())
    plan = distillation._Distiller(photographs, COURSE, features, torch.device("cpu"))._plan
    items = [item for item, _ in zip(plan(0), range(33), strict=False)]
    for first in (0, 11, 22):
        assert len({path for path, _ in items[first : first + 11]}) == 11
    later = plan(5)  # after 5 steps of 2
    assert [next(later) for _ in range(12)] == items[10:22]


def test_the_rate_rises_stays_and_falls_to_nothing():
    course = Course(steps=1000, rate=1e-3)
    assert course.rate_at(0) == pytest.approx(1e-5)
    assert [course.rate_at(step) for step in (99, 400, 700)] == pytest.approx([1e-3] * 3)
    assert course.rate_at(850) == pytest.approx(0.5e-3)
    assert course.rate_at(1000) == 0


def test_what_does_not_fit_is_refused(photographs, whole, tmp_path):
    output = tmp_path / "teacher.safetensors"
    with pytest.raises(Problem, match="crop"):
        Course(crop=50)
    with pytest.raises(Problem, match="too few"):
        run(photographs[:5], COURSE, output)
    with pytest.raises(Problem, match="no checkpoint"):
        run(photographs, COURSE, output, resume=True)
    with pytest.raises(Problem, match="earlier run"):
        run(photographs, COURSE, whole[1])
    with pytest.raises(Problem, match="seed"):
        run(photographs, dataclasses.replace(COURSE, seed=1), whole[1], resume=True)
    with pytest.raises(Problem, match="all its 4 steps"):
        run(photographs, COURSE, whole[1], resume=True)
    checkpoint_of(output).write_bytes(checkpoint_of(whole[1]).read_bytes()[:5000])
    with pytest.raises(Problem, match="damaged"):
        run(photographs, COURSE, output, resume=True)


def test_it_begins_from_an_earlier_teacher(photographs, whole, tmp_path):
    earlier, output = whole[1], tmp_path / "teacher.safetensors"
    still = dataclasses.replace(COURSE, steps=1, rate=1e-9)
    run(photographs, still, output, start=earlier)
    for name, tensor in load_file(earlier).items():
        assert torch.equal(load_file(output)[name], tensor), name
    with safe_open(output, "pt") as file:
        card = json.loads(file.metadata()["flawsight"])
    assert card["start_sha256"] == hashlib.sha256(earlier.read_bytes()).hexdigest()
    with pytest.raises(Problem, match="start_sha256"):
        run(photographs, dataclasses.replace(still, steps=2), output, resume=True)
    run(photographs, dataclasses.replace(still, steps=2), output, start=earlier, resume=True)


def test_a_start_of_another_size_is_refused(photographs, whole, tmp_path):
    with pytest.raises(Problem, match="medium"):
        run(
            photographs,
            dataclasses.replace(COURSE, size="medium"),
            tmp_path / "teacher.safetensors",
            start=whole[1],
        )


def test_the_command_does_it(photographs, tmp_path):
    output = tmp_path / "teacher.safetensors"
    options = ["--steps", "1", "--batch", "2", "--crop", "64", "--device", "cpu", "--engine", "torch", "--json"]
    done = runner.invoke(app, ["distill", str(photographs[0].parent), "-o", str(output), *options])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["step"] == 1
    done = runner.invoke(app, ["distill", str(photographs[0].parent), "-o", str(output), "--size", "tiny"])
    assert done.exit_code == 1
    assert "small or medium" in done.output
