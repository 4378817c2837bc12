"""What a file of another program says about the pictures of a project, and how its pictures are found again."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Problem, phrase
from core.images.reading import probe_image
from core.project.edits import SetMarks
from core.project.masks import PackedMask
from core.project.model import Label, Sample, SampleId

WORDS: Mapping[str, Label] = {
    "good": Label.GOOD,
    "ok": Label.GOOD,
    "defect": Label.DEFECT,
    "ng": Label.DEFECT,
    "bad": Label.DEFECT,
    "undecided": Label.UNDECIDED,
    "": Label.UNDECIDED,
}
FARTHEST = 1e9  # pixels
NO_TYPE = "defect"  # what a defect without a type is called in files that ask for one


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about one picture.

    Attributes
    ----------
    mask
        None where nothing is said about the place of the defect.
    """

    sample: SampleId
    label: Label
    defect_type: str = ""
    mask: PackedMask | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about one row: mostly why it was left out.

    Attributes
    ----------
    where
        A file, line or annotation.
    """

    where: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pictures something is said about; of these, how many are good, defects, and have a mask."""

    pictures: int
    good: int
    defects: int
    masks: int


@dataclass(slots=True)
class Rows:
    """Work done row by row: a row that cannot be used never keeps the others back."""

    remarks: list[Remark] = field(default_factory=list)

    @contextlib.contextmanager
    def row(self, where: str) -> Iterator[None]:
        """Do one row in the block; a problem becomes a remark, and the next row goes on."""
        try:
            yield
        except Problem as problem:
            self.remarks.append(Remark(where, problem))


@dataclass(slots=True)
class Reading(Rows):
    """What was read."""

    said: dict[SampleId, Said] = field(default_factory=dict)

    @contextlib.contextmanager
    def row(self, where: str) -> Iterator[None]:
        """Read one row in the block, which may be written in any way."""
        with super(Reading, self).row(where):
            try:
                yield
            except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
                raise Problem(
                    "This row is broken ({reason}).",
                    "Write it anew with the program it comes from.",
                    reason=f"{type(error).__name__}: {error}",
                ) from error

    def add(self, said: Said) -> None:
        """Take one picture's row.

        Raises
        ------
        Problem
            An earlier row has spoken about this picture.
        """
        if said.sample in self.said:
            raise Problem("Another row says something about the same picture.", "Leave one of the two out.")
        self.said[said.sample] = said

    def counts(self) -> Counts:
        """Return how much of each kind was read."""
        said = self.said.values()
        return Counts(
            pictures=len(said),
            good=sum(each.label is Label.GOOD for each in said),
            defects=sum(each.label is Label.DEFECT for each in said),
            masks=sum(each.mask is not None for each in said),
        )

    def edit(self) -> SetMarks:
        """Return the one step that takes all of it into the project."""
        masks = {i: said.mask for i, said in self.said.items() if said.mask is not None}
        labels = {i: (said.label, said.defect_type) for i, said in self.said.items()}
        return SetMarks(masks, phrase("Import labels"), labels)


@dataclass(slots=True)
class Writing(Rows):
    """What was written: how many pictures, in how many files."""

    pictures: int = 0
    files: int = 0


class Pictures:
    """Finds the pictures of a project by the names that files of other programs give them."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._by_name: dict[str, list[Sample]] = defaultdict(list)
        self._by_stem: dict[str, list[Sample]] = defaultdict(list)
        for sample in samples:
            path = sample.path
            self._by_name[path.name].append(sample)
            self._by_stem[path.stem].append(sample)

    def find(self, name: str, folder: Path) -> Sample:
        """Return the picture of a path: absolute, relative to `folder`, or the one whose last parts are the same.

        Raises
        ------
        Problem
            There is none, or more than one that is as like.
        """
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts:
            raise Problem("The name of the picture is empty.", "Write its path.")
        there = Path(os.path.normpath(folder / name.replace("\\", "/")))
        named = self._by_name.get(parts[-1], [])
        exact = [sample for sample in named if sample.path == there]
        return exact[0] if exact else _most(named, lambda sample: _alike(sample.path.parts, parts), name)

    def of_mask(self, stem: str, defect_type: str) -> Sample:
        """Return the picture of a mask by its stem, best one in a folder called like its type; raises like `find`."""
        named = self._by_stem.get(stem, [])
        return _most(named, lambda sample: int(sample.path.parent.name == defect_type), f"{defect_type}/{stem}")


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts at the end of two paths are the same."""
    return next(
        (n for n, (a, b) in enumerate(zip(reversed(one), reversed(other), strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _most(named: Sequence[Sample], likeness: Callable[[Sample], int], name: str) -> Sample:
    if not named:
        raise Problem(
            "There is no picture “{name}” in the project.", "Add it on the Data page, then import again.", name=name
        )
    found = sorted(((likeness(sample), sample.id, sample) for sample in named), reverse=True)
    if len(found) > 1 and found[0][0] == found[1][0]:
        raise Problem("Several pictures are called “{name}”.", "Write its path with enough of its folders.", name=name)
    return found[0][2]


def true_size(sample: Sample) -> tuple[int, int]:
    """Return a picture's (H, W) in pixels.

    Raises
    ------
    Problem
        It cannot be read.
    """
    return sample.size or probe_image(sample.path).size


def check_size(told: tuple[Any, Any], size: tuple[int, int]) -> None:
    """See that a file was made for a picture of its true size (H, W); None tells nothing.

    Raises
    ------
    Problem
        It was not.
    """
    known = tuple(true if side is None else side for side, true in zip(told, size, strict=True))
    if known != size:
        raise Problem(
            "It was marked on a picture of {told_width} × {told_height} pixels, but this one has {width} × {height}.",
            "Mark the picture as it is now.",
            told_width=known[1],
            told_height=known[0],
            width=size[1],
            height=size[0],
        )


def are_near(points: npt.NDArray[np.float64]) -> bool:
    """Whether points are numbers that lengths can be worked out from."""
    return bool((np.abs(points) < FARTHEST).all())


def largest_type(areas: Mapping[str, int], reading: Reading, where: str) -> str:
    """Return the type with the largest area; a picture has one, and a remark tells of the others."""
    name = max(areas, key=lambda each: areas[each])
    if len(areas) > 1:
        problem = Problem(
            "There are several types in this picture; “{name}”, the largest, is taken for all.",
            "Their areas are all marked.",
            name=name,
        )
        reading.remarks.append(Remark(where, problem))
    return "" if name == NO_TYPE else name


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with slashes; absolute where that cannot be."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()
