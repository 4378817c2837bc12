"""What the session tells the views, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.progress import Progress
from core.project.model import ModelRecord, SampleId
from core.scoring.thresholds import Calibration
from gui.errors import Failure

if TYPE_CHECKING:
    from core.images.reading import UInt8Image
    from core.inspection.result import Inspection
    from core.inspection.why import Why
    from core.training.hygiene import Oddity

JobKind = Literal[
    "open",
    "train",
    "inspect",
    "batch",
    "watch",
    "arrivals",
    "lighting",
    "export",
    "save",
    "discover",
    "examine",
    "evaluate",
    "areas",
    "demo",
    "device",
    "weights",
    "find",
    "locate",
    "labels",
    "write-labels",
    "pack",
    "unpack",
    "report",
    "adopt",
    "pace",
    "standings",
    "check",
]
JobState = Literal["running", "stopping", "done", "cancelled", "failed"]
Standing = Literal["current", "limits", "model"]


@dataclass(frozen=True, slots=True)
class Job:
    """How far a piece of background work is.

    Attributes
    ----------
    title
        What it does, translated.
    progress
        None until the work has told anything.
    error
        Only when it failed.
    result
        Only when it is done: `ModelRecord` of "train", or a list of them where several were trained, `ExportReport`
        of "export", `Added` of "discover", `Reading` of "labels",
        `Writing` of "write-labels", `Findings` of "check", `Tally` of "batch", `Packed` of "pack", the path of
        "report".
    """

    kind: JobKind
    title: str
    state: JobState = "running"
    progress: Progress | None = None
    error: Failure | None = None
    result: Any = None

    @property
    def active(self) -> bool:
        """Whether it still runs or is stopping."""
        return self.state in ("running", "stopping")


@dataclass(frozen=True, slots=True)
class Exported:
    """Which model was exported, and with which limits."""

    model: ModelRecord
    calibration: Calibration

    def standing(self, model: ModelRecord | None, calibration: Calibration | None) -> Standing:
        """Say whether it is of this model with these limits, or which of the two is another."""
        if model is None or model.id != self.model.id:
            return "model"
        if calibration is None or _numbers(calibration) != _numbers(self.calibration):
            return "limits"
        return "current"


def _numbers(calibration: Calibration) -> tuple[float | str, ...]:
    return (
        calibration.image.value,
        calibration.passing,
        calibration.pixel.value,
        calibration.low,
        calibration.high,
        calibration.decides,
        calibration.min_area,
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What is odd about which samples, by oddity.

    Attributes
    ----------
    found
        Of each finding the sample, the one that it is like (or None), and its value.
    """

    found: Mapping[Oddity, tuple[tuple[SampleId, SampleId | None, float], ...]]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a drop or of an added folder.

    Attributes
    ----------
    layout
        As `core.project.discovery.Dataset.layout`; "files" for single files.
    samples
        Ids of the new samples.
    duplicates
        How many were in the project already,
    unreadable
        and how many of these cannot be read.
    skipped
        (path, reason) of what was left out.
    warnings
        Sentences for the person who chose the folder.
    """

    layout: str
    samples: tuple[SampleId, ...] = ()
    duplicates: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """What there is to see of the selected picture so far: first the photo, then the inspection.

    Attributes
    ----------
    photo
        (H, W, 3) RGB; None where it has not been read yet or cannot be read.
    inspection
        None where there is no model, or no result yet.
    """

    sample_id: SampleId
    photo: UInt8Image | None = None
    inspection: Inspection | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Explained:
    """Why a spot of the selected picture is strange, as far as it is known.

    Attributes
    ----------
    why
        None until there is something to show.
    busy
        Whether more is being worked out.
    progress
        Of reading good photos.
    problem
        What went wrong, translated, or "".
    """

    sample_id: SampleId
    why: Why | None = None
    busy: bool = True
    progress: Progress | None = None
    problem: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Likened:
    """The good photo that looks most like the selected picture, as far as it has been found.

    Attributes
    ----------
    photo
        Its file; None until it is found, or where none is there.
    pixels
        (H, W, 3) RGB, in the size of the selected picture.
    busy, progress, problem
        As in `Explained`.
    """

    sample_id: SampleId
    photo: Path | None = None
    pixels: UInt8Image | None = None
    busy: bool = True
    progress: Progress | None = None
    problem: str = ""
