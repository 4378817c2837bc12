"""``distill``: train a teacher for EfficientAD."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from core.backbones.nets.pdn import SIZES
from core.cli.console import Job
from core.devices import choose_device, has_bfloat16, set_threads
from core.errors import Problem, phrase
from core.files import check_writable
from core.project.discovery import check_folder, image_paths
from core.training.distillation import Course, Judgement, distil


def distill_command(
    job: Job, images: Path, output: Path, course: Course, *, resume: bool, start: Path | None, weights: Path | None
) -> None:
    """Train on a folder of photographs and write the network."""
    check_folder(images, phrase("Choose a folder of general photographs."))
    check_writable(output.parent)
    set_threads(job.options.threads)
    device = choose_device(job.options.device, job.options.engine)
    job.detail(f"Device: {device.text}")
    photographs = image_paths([images])
    begun: list[Judgement] = []

    def told(judgement: Judgement) -> None:
        begun.append(judgement)
        first = begun[0]
        pace = judgement.seconds / judgement.step
        if judgement is not first:
            pace = (judgement.seconds - first.seconds) / (judgement.step - first.step)
        left = pace * (course.steps - judgement.step)
        job.say(
            f"Step {judgement.step} of {course.steps}: loss {judgement.loss:.4f}, held out {judgement.held_out:.4f}, "
            f"{pace:.2f} s a step, {left / 3600:.1f} h left"
        )

    last = distil(
        photographs, course, output, device, job.ticket, told, resume=resume, start=start, weights_file=weights
    )
    job.say(f"Teacher: {output}")
    job.result({"teacher": str(output), **asdict(last)})


def parsed_course(
    job: Job,
    size: str,
    backbone: str,
    *,
    steps: int,
    batch: int,
    crop: int,
    rate: float,
    judge_every: int,
    bfloat16: bool | None,
) -> Course:
    """Return the course that the options describe; 16 bits if nothing else is asked for and the device has them.

    Raises
    ------
    Problem
        A size or crop that does not work.
    """
    if size not in SIZES:
        raise Problem("There is no teacher of size {size}.", "Choose small or medium.", size=size)
    if bfloat16 is None:
        bfloat16 = has_bfloat16(choose_device(job.options.device, job.options.engine).device)
    return Course(
        size=size,
        backbone=backbone,
        steps=steps,
        batch=batch,
        crop=crop,
        rate=rate,
        bfloat16=bfloat16,
        seed=job.options.seed,
        judge_every=judge_every,
    )
