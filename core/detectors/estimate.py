"""How long a training takes and what it needs, told before it starts. No torch.

The constants were measured on one thread of a busy AMD EPYC server with PyTorch 2.15, at 256 x 256. Expect times that
are right to a factor of two, memory to a tenth, and model sizes to a hundredth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.backbones.catalog import CATALOG
from core.detectors.settings import (
    PADIM_LEVELS,
    PATCHCORE_LEVELS,
    DetectorSettings,
    PadimSettings,
    PatchCoreSettings,
    candidate_bytes,
)

# Seconds for a 256 x 256 frame through the backbone's three stages, and its weights in memory, with working space.
BACKBONE_SECONDS: Mapping[str, float] = MappingProxyType(
    {"efficientnet_lite0": 0.020, "resnet18": 0.045, "wide_resnet50_2": 0.290}
)
BACKBONE_BYTES: Mapping[str, int] = MappingProxyType(
    {"efficientnet_lite0": 60_000_000, "resnet18": 100_000_000, "wide_resnet50_2": 400_000_000}
)
READING_SECONDS = 0.010  # decode and resize an image of about 0.1 megapixels
MOMENT_SECONDS = 1.6e-10  # a covariance entry, an image
FACTOR_SECONDS = 3e-8  # a covariance entry
DISTANCE_SECONDS = 4e-9  # a remembered patch, times the candidates
# Threads speed the whole up by their number to this power.
THREAD_POWER = 0.8

PROGRAM_BYTES = 850_000_000  # interpreter, PyTorch and faiss, loaded
FRAME_PIXELS = 256 * 256
FIT_BATCH = 16
# Copies of a batch's patch vectors that live at the same time.
BATCH_COPIES = 4
FACTOR_BYTES = 150_000_000
PROJECTED = 128
POINT_BYTES = 64  # a patch's, while choosing
FLOAT_BYTES = 4
ORIGIN_BYTES = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will take.

    Attributes
    ----------
    seconds
        Duration.
    memory_bytes
        Largest memory of the whole program on a CPU.
    model_bytes
        Size of the model's file, the backbone not counted: it is not stored in it.
    """

    seconds: float
    memory_bytes: int
    model_bytes: int


def estimate(settings: DetectorSettings, images: int, frame_size: tuple[int, int], threads: int) -> Estimate:
    """Return what training on so many images, with frames of (h, w), on so many CPU threads, will take."""
    seconds = _extraction_seconds(settings, images, frame_size)
    memory = PROGRAM_BYTES + BACKBONE_BYTES[settings.backbone]
    own = (
        _padim(settings, images, frame_size)
        if isinstance(settings, PadimSettings)
        else _patchcore(settings, images, frame_size)
    )
    return Estimate(
        seconds=(seconds + own.seconds) / max(threads, 1) ** THREAD_POWER,
        memory_bytes=memory + own.memory_bytes,
        model_bytes=own.model_bytes,
    )


def reading_share(settings: PatchCoreSettings, images: int, frame_size: tuple[int, int]) -> float:
    """Return the share of a fit's time that goes into reading and describing images; the rest is choosing patches."""
    reading = _extraction_seconds(settings, images, frame_size)
    return reading / (reading + _patchcore(settings, images, frame_size).seconds)


def _extraction_seconds(settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> float:
    frame_share = frame_size[0] * frame_size[1] / FRAME_PIXELS
    return images * (READING_SECONDS + BACKBONE_SECONDS[settings.backbone] * frame_share)


def _positions(backbone: str, level: str, frame_size: tuple[int, int]) -> int:
    stride = CATALOG[backbone].levels[level].stride
    return (frame_size[0] // stride) * (frame_size[1] // stride)


def _padim(settings: PadimSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself takes, the backbone not counted; on one thread."""
    positions = _positions(settings.backbone, PADIM_LEVELS[0], frame_size)
    kept = settings.kept(sum(CATALOG[settings.backbone].channels(PADIM_LEVELS)))
    entries = positions * kept * kept
    batch = min(images, FIT_BATCH) * positions * kept * FLOAT_BYTES
    return Estimate(
        seconds=entries * (images * MOMENT_SECONDS + FACTOR_SECONDS),
        memory_bytes=entries * FLOAT_BYTES + FACTOR_BYTES + BATCH_COPIES * batch,
        model_bytes=FLOAT_BYTES * positions * (kept + kept * (kept + 1) // 2),
    )


def _patchcore(settings: PatchCoreSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself takes, the backbone not counted; on one thread."""
    positions = _positions(settings.backbone, PATCHCORE_LEVELS[0], frame_size)
    widths, width = settings.widths(CATALOG[settings.backbone].channels(PATCHCORE_LEVELS))
    patches = positions * images
    kept = min(settings.max_patches, max(1, int(patches * settings.coreset)))
    batch = min(images, FIT_BATCH) * positions * sum(widths) * FLOAT_BYTES
    patch = FLOAT_BYTES * (width + min(width, PROJECTED)) + POINT_BYTES
    held = min(patches, max(candidate_bytes() // patch, 4 * kept + 2 * positions))
    return Estimate(
        seconds=kept * patches * DISTANCE_SECONDS,
        memory_bytes=held * patch + BATCH_COPIES * batch,
        model_bytes=kept * (width * FLOAT_BYTES + ORIGIN_BYTES),
    )
