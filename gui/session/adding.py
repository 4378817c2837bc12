"""Found pictures to samples: who is new, and what each is used for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.project.discovery import Dataset
from core.project.model import Label, Project, Role, Sample, same_file
from core.project.splits import held_out


def samples_of(project: Project, dataset: Dataset) -> tuple[list[Sample], int]:
    """Return the samples for a data set's pictures, and how many the project has already.

    Where neither the project nor the data set has good pictures outside of training, a fifth of the new good ones is
    kept from it: limits are never made on pictures that the fit has seen.
    """
    known = project.by_file()
    new = [found for found in dataset.found if same_file(found.path) not in known]
    samples = [
        Sample(
            id=project.last_id + 1 + index,
            file=str(found.path),
            label=found.label,
            role=Role.TRAIN if found.training else Role.TUNE,
            defect_type=found.defect_type,
            mask=found.mask,
        )
        for index, found in enumerate(new)
    ]
    if not any(_tunes(sample) for sample in (*project.samples.values(), *samples)):
        names = [_name(sample.path, dataset.root) for sample in samples]
        kept = held_out(names)
        samples = [sample._replace(role=Role.TUNE) if index in kept else sample for index, sample in enumerate(samples)]
    return samples, len(dataset.found) - len(new)


def samples_to_inspect(
    project: Project, datasets: Sequence[Dataset], plain: Sequence[Path]
) -> tuple[list[Sample], int]:
    """Return the samples for dropped pictures, and how many the project has already.

    They are for tuning, undecided unless their data set says what they are.
    """
    known = project.by_file()
    wanted = [
        Sample(0, str(found.path), found.label, Role.TUNE, found.defect_type, found.mask)
        for dataset in datasets
        for found in dataset.found
        # A data set's training pictures come in through its folder: dropped, they are pictures to look at.
    ]
    wanted += [Sample(0, str(path)) for path in plain]
    new = [sample for sample in wanted if same_file(sample.file) not in known]
    numbered = [sample._replace(id=project.last_id + 1 + index) for index, sample in enumerate(new)]
    return numbered, len(wanted) - len(new)


def _tunes(sample: Sample) -> bool:
    return sample.label is Label.GOOD and sample.role is Role.TUNE


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
