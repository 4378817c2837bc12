"""Why a spot of a picture is strange: the detector's explanation, and the good photos that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.detectors.protocol import Explanation
from core.errors import Note, Problem, phrase
from core.images.ahead import Loaded, load_frame
from core.images.framing import Framing, Placement
from core.images.in_order import in_order
from core.images.reading import UInt8Image, content_hash, read_image
from core.images.resampling import to_frames
from core.models.card import TrainingFile
from core.models.trained import TrainedModel
from core.progress import Ticket

AROUND = 96  # frame pixels that a crop shows at least, for frames with a shorter side of 256
TIMES = 3  # and so many patches
MOST_SIDE = 384  # pixels of a crop: larger ones are shrunk
# Good photos that are looked at as a whole, spread evenly over all; reading thousands would take minutes.
MOST_PHOTOS = 300
MEAN_SIDE = 512  # of the mean good picture, at least
LIKENESS = 32  # side of the small pictures that photos are compared by


class Box(NamedTuple):
    """A rectangle, in pixels of its picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, eq=False, slots=True)
class Crop:
    """A part of a picture around a patch.

    Attributes
    ----------
    pixels
        (h, w, 3) RGB, at most `MOST_SIDE` a side.
    box
        The patch, in pixels of the crop.
    """

    pixels: UInt8Image
    box: Box


@dataclass(frozen=True, eq=False, slots=True)
class Why:
    """What there is to say and to show about one spot.

    Attributes
    ----------
    patch
        What the explanation is about, in pixels of the image.
    here
        The spot itself.
    good
        The good patch it was compared with, or the mean of good photos at the same place; None where there is no such
        thing, or its photo is gone, or it is still being made.
    caption
        What `good` is, or why it is missing.
    photo
        The file that `good` comes from, where it comes from one.
    """

    explanation: Explanation
    patch: Box
    here: Crop
    good: Crop | None = None
    caption: Note | None = None
    photo: Path | None = None


class GoodPhotos:
    """Training files of a model that are still there and unchanged, and what they have in common.

    Memory: one mean picture of about `MEAN_SIDE` pixels a side in float64, and 3 KB a photo for at most `MOST_PHOTOS`
    photos. A pass that is cancelled goes on where it stopped.

    Parameters
    ----------
    known
        Where files of these contents (sha256) lie.
    folders
        Where else files of a training file's name may lie.
    """

    def __init__(self, model: TrainedModel, known: Mapping[str, Path], folders: Sequence[Path] = ()) -> None:
        self.model = model
        self.files = model.card.trained_on
        self._known = known
        self._folders = folders
        step = max(len(self.files) / MOST_PHOTOS, 1.0)
        self._waiting = [self.files[int(index * step)] for index in range(min(len(self.files), MOST_PHOTOS))]
        self.wanted = len(self._waiting)
        framing = model.framing
        times = max(1, MEAN_SIDE // max(framing.size))
        self.framing = Framing((framing.size[0] * times, framing.size[1] * times), framing.fit)
        self.times = times
        self._sum = np.zeros((3, *self.framing.size))
        self._small: list[npt.NDArray[np.float32]] = []
        self._paths: list[Path] = []

    def locate(self, file: TrainingFile) -> Path | None:
        """Return where a training file lies, with the contents it had; None where it is gone or another one."""
        places = [self._known[file.sha256]] if file.sha256 in self._known else []
        places += [folder / file.name for folder in self._folders]
        return next((path for path in places if _holds(path, file.sha256)), None)

    def look(self, ticket: Ticket) -> None:
        """Go through the photos that have not been looked at yet.

        Raises
        ------
        Cancelled
            Through the ticket; what was seen until then is kept.
        """

        def read(file: TrainingFile) -> Loaded | None:
            path = self.locate(file)
            loaded = None if path is None else load_frame(path, self.framing, self.model.value_range)
            return loaded if isinstance(loaded, Loaded) else None

        ticket.report(self.wanted - len(self._waiting), self.wanted)
        for loaded in in_order(read, tuple(self._waiting), ticket):
            self._waiting.pop(0)
            if loaded is not None:
                frame = loaded.frame.numpy()
                self._sum += frame
                self._small.append(_small(frame))
                self._paths.append(loaded.path)
            ticket.report(self.wanted - len(self._waiting), self.wanted)

    @property
    def seen(self) -> int:
        """How many photos have been looked at."""
        return len(self._paths)

    def mean(self) -> npt.NDArray[np.uint8]:
        """Return the mean good picture, (h, w, 3) RGB, in the model's frame enlarged `times`; `seen` must not be 0."""
        return np.asarray(np.rint(self._sum.transpose(1, 2, 0) * (255.0 / self.seen)), np.uint8)

    def most_similar(self, path: Path) -> Path | None:
        """Return the photo that looks most like a picture; None where none is there.

        Both are shrunk to `LIKENESS` pixels a side and to a mean of 0, so that light does not decide; the least sum of
        squared differences wins. The picture itself is left out.

        Raises
        ------
        Problem
            The picture cannot be read.
        """
        others = [index for index, known in enumerate(self._paths) if known != path]
        if not others:
            return None
        loaded = load_frame(path, self.framing, self.model.value_range)
        if not isinstance(loaded, Loaded):
            raise loaded.problem
        asked = _small(loaded.frame.numpy())
        return self._paths[min(others, key=lambda index: float(np.square(self._small[index] - asked).sum()))]


def explain(
    model: TrainedModel, path: Path, spot: tuple[float, float] | None, photos: GoodPhotos, ticket: Ticket
) -> Iterator[Why]:
    """Say why a spot of an image is strange: at once as far as one picture tells, then with the mean good one.

    Parameters
    ----------
    spot
        (x, y) in pixels of the image; None for where the heat map is highest.

    Raises
    ------
    Problem
        The image cannot be read.
    Cancelled
        Through the ticket.
    """
    pixels = read_image(path, model.value_range).pixels
    ticket.check()
    placement = model.framing.place((pixels.shape[0], pixels.shape[1]))
    frames = to_frames([pixels], model.framing)
    column, row = _strongest(model, frames, placement) if spot is None else placement.point_to_frame(*spot)
    found = model.detector.explain(frames, row, column)
    here = crop(pixels, placement, found.row, found.col, found.side)
    why = Why(found, _box(placement, found.row, found.col, found.side), here)
    if found.origin is not None:
        yield _with_origin(why, photos)
        return
    yield why
    if found.place:
        photos.look(ticket)
        yield _with_mean(why, photos)


def similar(path: Path, photos: GoodPhotos, ticket: Ticket) -> tuple[Path, UInt8Image] | None:
    """Return the good photo that looks most like an image, brought to its size (H, W, 3); None where none is there.

    Raises
    ------
    Problem
        One of the two cannot be read.
    Cancelled
        Through the ticket.
    """
    photos.look(ticket)
    found = photos.most_similar(path)
    if found is None:
        return None
    value_range = photos.model.value_range
    height, width = read_image(path, value_range).pixels.shape[:2]
    pixels = read_image(found, value_range).pixels
    if pixels.shape[:2] != (height, width):
        shrinks = pixels.shape[0] > height
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)
    return found, pixels


def crop(pixels: UInt8Image, placement: Placement, row: float, col: float, side: float) -> Crop:
    """Cut out the surroundings of a patch of the frame, moved so that they lie inside the image.

    Parameters
    ----------
    pixels
        (H, W, 3), of the size that the placement is for.
    row, col, side
        The patch's centre and side, in frame pixels.
    """
    height, width = placement.image_size
    around = max(AROUND * min(placement.frame_size) / 256, TIMES * side)
    patch, whole = _box(placement, row, col, side), _box(placement, row, col, around)
    w, h = min(max(round(whole.width), 1), width), min(max(round(whole.height), 1), height)
    x = min(max(round(whole.x), 0), width - w)
    y = min(max(round(whole.y), 0), height - h)
    part = pixels[y : y + h, x : x + w]
    scale = min(1.0, MOST_SIDE / max(w, h))
    if scale < 1:
        size = (max(round(w * scale), 1), max(round(h * scale), 1))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    across, down = part.shape[1] / w, part.shape[0] / h
    box = Box((patch.x - x) * across, (patch.y - y) * down, patch.width * across, patch.height * down)
    return Crop(np.ascontiguousarray(part), box)


def _strongest(model: TrainedModel, frames: Tensor, placement: Placement) -> tuple[float, float]:
    """Return the point (x, y) of the frame where the heat map is highest."""
    heat = np.where(placement.inside(), model.detector.predict(frames).maps[0].cpu().numpy(), -1.0)
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    return float(column) + 0.5, float(row) + 0.5


def _with_origin(why: Why, photos: GoodPhotos) -> Why:
    """Show the good patch in its own photo."""
    origin = why.explanation.origin
    if origin is None:
        return why
    file = photos.files[origin.image_index]
    name = Path(file.name).name
    path = photos.locate(file)
    if path is None:
        return replace(why, caption=Note(GONE, {"name": name}))
    try:
        pixels = read_image(path, photos.model.value_range).pixels
    except Problem as problem:
        return replace(
            why, caption=Note(phrase("{name} cannot be read: {reason}"), {"name": name, "reason": str(problem)})
        )
    placement = photos.model.framing.place((pixels.shape[0], pixels.shape[1]))
    good = crop(pixels, placement, origin.row, origin.col, why.explanation.side)
    return replace(why, good=good, caption=Note("From {name}", {"name": name}), photo=path)


GONE = phrase(
    "{name}, which this patch comes from, is not here or has been changed. Add the folder of the good parts to see it."
)
NONE_LEFT = phrase(
    "None of the {count} photos that the model learned from is here unchanged. Add the folder of the good parts to see "
    "what they look like here."
)


def _with_mean(why: Why, photos: GoodPhotos) -> Why:
    """Show the mean of the good photos at the same place."""
    if not photos.seen:
        return replace(why, caption=Note(NONE_LEFT, {"count": str(len(photos.files))}))
    found, times = why.explanation, photos.times
    mean = photos.mean()
    size = photos.framing.size
    # The mean picture is a frame: of what surrounds its photos, too, where they are padded.
    placement = Placement(size, size, 0, 0, *size)
    good = crop(mean, placement, found.row * times, found.col * times, found.side * times)
    count, whole = str(photos.seen), str(len(photos.files))
    if photos.seen == len(photos.files):
        caption = Note("Mean of {count} good photos", {"count": count})
    else:
        caption = Note("Mean of {count} of the {all} good photos", {"count": count, "all": whole})
    return replace(why, good=good, caption=caption)


def _box(placement: Placement, row: float, col: float, side: float) -> Box:
    """Return a square of the frame as a rectangle of the image."""
    left, top = placement.point_to_image(col - side / 2, row - side / 2)
    right, bottom = placement.point_to_image(col + side / 2, row + side / 2)
    return Box(left, top, right - left, bottom - top)


def _small(frame: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(3, h, w) -> (LIKENESS, LIKENESS) grey, its mean taken away."""
    grey = cv2.resize(frame.mean(0), (LIKENESS, LIKENESS), interpolation=cv2.INTER_AREA)
    return np.asarray(grey - grey.mean(), np.float32)


def _holds(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and content_hash(path) == sha256
    except (OSError, Problem):
        return False
