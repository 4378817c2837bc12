"""Pictures of nothing in particular, and the same picture under other light."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import torch
from torch import Tensor

from core.errors import Note, Problem
from core.images.framing import MAX_FRAME_SIDE, Framing
from core.images.reading import UInt8Image, read_image
from core.images.resampling import to_frames
from core.project.discovery import image_paths

LEAVES = 150
SMALLEST = 3.0  # radius in pixels
GREY = 0.3  # share without colour
GREY_WEIGHTS = (0.299, 0.587, 0.114)
JITTER = 0.2


class GeneralPictures(Protocol):
    """Pictures of nothing in particular, one after the other."""

    def picture(self, random: np.random.Generator) -> Tensor:
        """Return a picture, (3, h, w) in 0..1, on the CPU; the same generator gives the same."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a person should know of them."""
        ...


def general_pictures(folder: str, size: tuple[int, int]) -> GeneralPictures:
    """Return the photographs of a folder, or drawn pictures where it is "".

    Raises
    ------
    Problem
        The folder is not there or holds no images.
    """
    return Photographs(Path(folder), size) if folder else DeadLeaves(size)


class DeadLeaves:
    """Drawn anew each time."""

    notes = (Note("General pictures: drawn by the program."),)

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size

    def picture(self, random: np.random.Generator) -> Tensor:
        """See `dead_leaves`."""
        return dead_leaves(self._size, random)


class Photographs:
    """The images of a folder, each read when its turn comes: memory is that of one.

    As in EfficientAD: brought to twice the size, three in ten made grey, a part of the size cut out; here at a random
    place instead of the middle. One that cannot be read is told in the notes, and the next takes its turn.
    """

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._folder, self._size = folder, size
        self._paths = image_paths([folder]) if folder.is_dir() else []
        self._unread: dict[Path, Problem] = {}
        if not self._paths:
            raise Problem(
                "There are no general pictures in {folder}.",
                "Choose a folder of photographs of anything but the parts, or none to have them drawn.",
                folder=folder,
            )

    @property
    def notes(self) -> tuple[Note, ...]:
        """Where they come from, and how many could not be read."""
        count = f"{len(self._paths):,}"
        used = Note("General pictures: {count} files in {folder}.", {"count": count, "folder": str(self._folder)})
        if not self._unread:
            return (used,)
        path, problem = next(iter(self._unread.items()))
        values = {"unread": f"{len(self._unread):,}", "name": path.name, "reason": str(problem)}
        unread = Note(
            "General pictures that could not be read: {unread}, such as {name}. {reason}", values, warning=True
        )
        return used, unread

    def picture(self, random: np.random.Generator) -> Tensor:
        """Return a part of one of them.

        Raises
        ------
        Problem
            None can be read.
        """
        height, width = self._size
        pixels = self._pixels(int(random.integers(len(self._paths))))
        tall, wide = (min(2 * side, MAX_FRAME_SIDE) for side in self._size)
        frame = to_frames([pixels], Framing((tall, wide)))[0]
        top, left = int(random.integers(tall - height + 1)), int(random.integers(wide - width + 1))
        part = frame[:, top : top + height, left : left + width]
        return grey(part).expand(3, -1, -1) if random.random() < GREY else part

    def _pixels(self, first: int) -> UInt8Image:
        for path in (*self._paths[first:], *self._paths[:first]):
            if path in self._unread:
                continue
            try:
                return read_image(path).pixels
            except Problem as problem:
                self._unread[path] = problem
        raise Problem(
            "None of the general pictures in {folder} can be read. The first one: {reason}",
            "Choose another folder, or none to have them drawn.",
            folder=self._folder,
            reason=next(iter(self._unread.values())),
        )


def dead_leaves(size: tuple[int, int], random: np.random.Generator) -> Tensor:
    """Draw discs of all sizes over one another, (3, h, w) in 0..1: the edges of a general image, and no part.

    Lee, Mumford and Huang, "Occlusion models for natural images", 2001: with radii that fall off as r^-3 the picture
    has the statistics of photographs at every scale. Three in ten are grey, as EfficientAD has it.
    """
    height, width = size
    largest = min(size) / 2
    # The inverse of the distribution that goes with r^-3 between the two radii.
    radii = (SMALLEST**-2 - random.random(LEAVES) * (SMALLEST**-2 - largest**-2)) ** -0.5
    picture = np.full((height, width, 3), random.random(3), np.float32)
    for radius in radii:
        centre = int(random.integers(width)), int(random.integers(height))
        cv2.circle(picture, centre, round(radius), random.random(3).tolist(), cv2.FILLED, cv2.LINE_8)
    picture = np.clip(picture + random.normal(0, 0.03, picture.shape).astype(np.float32), 0, 1)
    frame = torch.from_numpy(picture).permute(2, 0, 1)
    return grey(frame).expand(3, -1, -1) if random.random() < GREY else frame


def grey(frames: Tensor) -> Tensor:
    """(..., 3, h, w) -> (..., 1, h, w), as the eye weighs colours."""
    return (frames * frames.new_tensor(GREY_WEIGHTS).view(3, 1, 1)).sum(-3, keepdim=True)


def jittered(frames: Tensor, random: np.random.Generator) -> Tensor:
    """Change brightness, contrast or saturation of (B, 3, h, w) frames in 0..1 by a factor from 0.8 to 1.2."""
    factor = random.uniform(1 - JITTER, 1 + JITTER)
    match random.integers(3):
        case 0:
            other = torch.zeros_like(frames)
        case 1:
            other = grey(frames).mean((-1, -2), keepdim=True)
        case _:
            other = grey(frames)
    return (factor * frames + (1 - factor) * other).clamp(0, 1)
