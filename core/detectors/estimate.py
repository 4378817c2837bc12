"""How long a training takes and what it needs, told before it starts. No torch.

Expect memory right to a tenth and model sizes to a hundredth; PaDiM's to a quarter, since they depend on which channels
are drawn. Times are drawn from a small training on the same
computer with the same settings (`core.training.pace`), because no table knows a computer and what else runs on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.backbones.catalog import CATALOG, TEACHERS
from core.detectors.settings import (
    PADIM_LEVELS,
    PATCHCORE_LEVELS,
    SIMPLENET_BATCH,
    SIMPLENET_LEVELS,
    DetectorSettings,
    EfficientAdSettings,
    PadimSettings,
    PatchCoreSettings,
    SimpleNetSettings,
    cache_bytes,
    candidate_bytes,
)

# A backbone's weights in memory, with working space.
BACKBONE_BYTES: Mapping[str, int] = MappingProxyType(
    {
        "efficientnet_lite0": 70_000_000,
        "resnet18": 150_000_000,
        "wide_resnet50_2": 650_000_000,
        "pdn_small": 150_000_000,
        "pdn_small_own": 150_000_000,
        "pdn_medium": 350_000_000,
    }
)
# On one thread of a busy server with PyTorch 2.15, for the shares of a progress bar only: a 256 x 256 frame through the
# backbone's three stages; decoding and resizing an image; a remembered patch, times all patches.
BACKBONE_SECONDS: Mapping[str, float] = MappingProxyType(
    {
        "efficientnet_lite0": 0.020,
        "resnet18": 0.045,
        "wide_resnet50_2": 0.290,
        "pdn_small": 0.4,
        "pdn_small_own": 0.4,
        "pdn_medium": 1.2,
    }
)
READING_SECONDS = 0.010
DISTANCE_SECONDS = 4e-9

PRODUCT_SECONDS = 1.2e-10  # of training, a multiplication with its addition
CHOOSING_POWER = 0.6  # of the number of choices, that their time grows with; measured

PROGRAM_BYTES = 850_000_000  # interpreter, PyTorch and faiss, loaded
FRAME_PIXELS = 256 * 256
FIT_BATCH = 16
# Copies of a batch's patch vectors that live at the same time.
BATCH_COPIES = 4
# Vectors are gathered for PaDiM's matrices within these limits.
GATHERED_BYTES = 256 << 20
MOST_GATHERED = 64
FACTOR_BYTES = 20_000_000  # working space of the solving, for a few threads
PROJECTED = 128
POINT_BYTES = 64  # a patch's, while choosing
FLOAT_BYTES = 4
ORIGIN_BYTES = 12
STEP_FRAMES = 11  # frames through a student that an EfficientAD step takes as long as
STEP_BYTES = {"small": 500_000_000, "medium": 1_000_000_000}  # what its layers keep, at 256 x 256
WEIGHT_COPIES = 5  # of a trained network's: gradients, Adam's two moments, the best state so far
STEP_COPIES = 8  # of a step's patches at both widths of a trained network, forth and back

LongTraining = SimpleNetSettings | EfficientAdSettings


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will need.

    Attributes
    ----------
    memory_bytes
        Largest memory of the whole program on a CPU.
    model_bytes
        Size of the model's file, the backbone not counted: it is not stored in it.
    """

    memory_bytes: int
    model_bytes: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a computer is at one kind of training, measured on `images` frames.

    Attributes
    ----------
    begin
        Seconds until the backbone is loaded.
    read
        Seconds to read an image.
    learn
        Seconds to learn from a frame.
    finish
        Seconds for what followed learning: choosing patches (PatchCore), solving covariances (PaDiM) or a brief
        training (the others).
    judge
        Seconds to score a frame.
    device
        What it was measured on: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """

    images: int
    begin: float
    read: float
    learn: float
    finish: float
    judge: float
    device: str = "cpu"


def step_seconds(pace: Pace, settings: EfficientAdSettings) -> float:
    """Return the seconds of a training step. `pace` is as in `duration`."""
    # The brief training was followed by a look at all its images, about as long as scoring them.
    return max(pace.finish - pace.images * pace.judge, 0.0) / settings.briefly().steps(pace.images)


def duration(
    pace: Pace, settings: DetectorSettings, images: int, held_out: int, frame_size: tuple[int, int], folds: int = 0
) -> float:
    """Return the seconds that a training will take.

    Parameters
    ----------
    pace
        Measured with the same settings and frame size.
    images, held_out
        Good images to learn from, and others to set the limits on.
    frame_size
        (h, w).
    folds
        Rounds in which the images of the fit are judged, too.
    """

    def learning(count: int) -> float:
        return count * pace.learn + _finish(pace, settings, count, frame_size)

    search = 1.0
    if isinstance(settings, PatchCoreSettings):
        search = _patches(settings, images, frame_size)[1] / _patches(settings, pace.images, frame_size)[1]
    # Scoring is describing, as in learning, and a search that takes longer in a larger memory.
    judge = min(pace.learn, pace.judge) + max(pace.judge - pace.learn, 0.0) * search
    rounds = 0.0
    if folds:
        rounds = folds * learning(images - images // folds) + images * (pace.read + judge)
    return pace.begin + (images + 2 * held_out) * pace.read + learning(images) + held_out * judge + rounds


def _finish(pace: Pace, settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> float:
    """Return the seconds of what follows the describing of so many images."""
    match settings:
        case PatchCoreSettings():
            patches, kept, _ = _patches(settings, images, frame_size)
            measured, remembered, _ = _patches(settings, pace.images, frame_size)
            # The first choices concern all patches, later ones ever fewer.
            return pace.finish * patches / measured * float((kept / remembered) ** CHOOSING_POWER)
        case SimpleNetSettings():
            return pace.finish * settings.steps(images) / settings.briefly().steps(pace.images)
        case EfficientAdSettings():
            return step_seconds(pace, settings) * settings.steps(images)
        case PadimSettings():
            return pace.finish


def estimate(settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """Return what training on so many images, with frames of (h, w), will need."""
    memory = PROGRAM_BYTES + BACKBONE_BYTES[settings.backbone]
    match settings:
        case PadimSettings():
            own = _padim(settings, images, frame_size)
        case PatchCoreSettings():
            own = _patchcore(settings, images, frame_size)
        case SimpleNetSettings():
            own = _simplenet(settings, images, frame_size)
        case EfficientAdSettings():
            own = _efficientad(settings, images, frame_size)
    return Estimate(
        memory_bytes=memory + own.memory_bytes,
        model_bytes=own.model_bytes,
    )


def describing_share(settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> float:
    """Return the share of a fit's time that goes into reading and describing images; the rest is what follows."""
    reading, rest = _fit_seconds(settings, images, frame_size)
    return reading / (reading + rest)


def learning_share(settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> float:
    """Return the share of a whole training's time that its fit takes, for the progress bar."""
    if not isinstance(settings, LongTraining):
        return 0.5 / 0.95
    return sum(_fit_seconds(settings, images, frame_size)) / rough_seconds(settings, images, frame_size)


def rough_seconds(settings: DetectorSettings, images: int, frame_size: tuple[int, int], judged: int = 0) -> float:
    """Return how long a training takes, roughly: for the shares of a progress bar only.

    Parameters
    ----------
    judged
        Images that are scored when it is over.
    """
    reading, rest = _fit_seconds(settings, images, frame_size)
    return (3 + judged / images) * reading + rest  # images are read before the fit, too, and some are scored after it


def _fit_seconds(settings: DetectorSettings, images: int, frame_size: tuple[int, int]) -> tuple[float, float]:
    """Return the seconds of describing the images and those of what follows, roughly."""
    frame = BACKBONE_SECONDS[settings.backbone] * frame_size[0] * frame_size[1] / FRAME_PIXELS
    reading = images * (READING_SECONDS + frame)
    match settings:
        case PadimSettings():
            return reading, 0.0
        case PatchCoreSettings():
            patches, kept, _ = _patches(settings, images, frame_size)
            return reading, patches * kept * DISTANCE_SECONDS
        case SimpleNetSettings():
            patches_a_step, width = _step_patches(settings, frame_size)
            adaptor = width * width / (1 if settings.shaped else 2)  # moved patches go through it, too
            products = 2 * patches_a_step * (adaptor + width * settings.hidden + settings.hidden)
            return reading, settings.steps(images) * 3 * products * PRODUCT_SECONDS  # forth, and back twice
        case EfficientAdSettings():
            return reading, settings.steps(images) * STEP_FRAMES * frame


def _step_patches(settings: SimpleNetSettings, frame_size: tuple[int, int]) -> tuple[float, int]:
    """Return how many good patches a step learns from, and the values of each."""
    _, width = settings.widths(CATALOG[settings.backbone].channels(SIMPLENET_LEVELS))
    positions = _positions(settings.backbone, SIMPLENET_LEVELS[0], frame_size)
    return settings.share * SIMPLENET_BATCH * positions, width


def _positions(backbone: str, level: str, frame_size: tuple[int, int]) -> int:
    stride = CATALOG[backbone].levels[level].stride
    return (frame_size[0] // stride) * (frame_size[1] // stride)


def _padim(settings: PadimSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself needs, the backbone not counted."""
    channels = CATALOG[settings.backbone].channels(PADIM_LEVELS)
    share = settings.kept(sum(channels)) / sum(channels)  # of each level, on the average of all choices
    vector = rows = depth = 0.0
    for name, width in reversed(list(zip(PADIM_LEVELS, channels, strict=True))):
        cells = _positions(settings.backbone, name, frame_size)
        depth += share * width
        vector += cells * share * width
        rows += cells * share * width * depth
    gathered = min(MOST_GATHERED, images, max(1, GATHERED_BYTES // int(vector * FLOAT_BYTES))) + 1
    batch = min(images, FIT_BATCH)
    return Estimate(
        memory_bytes=int((rows + (gathered + BATCH_COPIES * batch) * vector) * FLOAT_BYTES) + FACTOR_BYTES,
        model_bytes=int(FLOAT_BYTES * (vector + rows)),
    )


def _patches(settings: PatchCoreSettings, images: int, frame_size: tuple[int, int]) -> tuple[int, int, int]:
    """Return how many patches there are to choose from, how many are kept, and the values of each."""
    _, width = settings.widths(CATALOG[settings.backbone].channels(PATCHCORE_LEVELS))
    patches = _positions(settings.backbone, PATCHCORE_LEVELS[0], frame_size) * images
    return patches, min(settings.max_patches, max(1, int(patches * settings.coreset))), width


def _patchcore(settings: PatchCoreSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself needs, the backbone not counted."""
    positions = _positions(settings.backbone, PATCHCORE_LEVELS[0], frame_size)
    widths, _ = settings.widths(CATALOG[settings.backbone].channels(PATCHCORE_LEVELS))
    patches, kept, width = _patches(settings, images, frame_size)
    batch = min(images, FIT_BATCH) * positions * sum(widths) * FLOAT_BYTES
    patch = FLOAT_BYTES * (width + min(width, PROJECTED)) + POINT_BYTES
    held = min(patches, max(candidate_bytes() // patch, 4 * kept + 2 * positions))
    return Estimate(
        memory_bytes=held * patch + BATCH_COPIES * batch,
        model_bytes=kept * (width * FLOAT_BYTES + ORIGIN_BYTES),
    )


def _simplenet(settings: SimpleNetSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself needs, the backbone not counted."""
    positions = _positions(settings.backbone, SIMPLENET_LEVELS[0], frame_size)
    widths, width = settings.widths(CATALOG[settings.backbone].channels(SIMPLENET_LEVELS))
    cached = images * positions * width * FLOAT_BYTES
    patches, _ = _step_patches(settings, frame_size)
    step = int(2 * patches) * (width + settings.hidden) * FLOAT_BYTES
    batch = min(images, FIT_BATCH) * positions * sum(widths) * FLOAT_BYTES
    return Estimate(
        memory_bytes=(cached if cached <= cache_bytes() else 0) + max(STEP_COPIES * step, BATCH_COPIES * batch),
        model_bytes=FLOAT_BYTES * (settings.hidden * (width + 2) + 1),
    )


def _efficientad(settings: EfficientAdSettings, images: int, frame_size: tuple[int, int]) -> Estimate:
    """What the detector itself needs, the teacher not counted."""
    height, width = frame_size
    channels = TEACHERS[settings.backbone].levels["s4"].channels
    weights = _student_weights(settings.size, 2 * channels) + _autoencoder_weights(frame_size, channels)
    cached = images * 3 * height * width * FLOAT_BYTES
    step = int(STEP_BYTES[settings.size] * height * width / FRAME_PIXELS)
    return Estimate(
        memory_bytes=(cached if cached <= cache_bytes() else 0) + WEIGHT_COPIES * weights * FLOAT_BYTES + step,
        model_bytes=FLOAT_BYTES * (weights + 2 * channels + 3),
    )


def _weights(inputs: int, outputs: int, area: int) -> int:
    """Return the weights of a convolution over so many pixels."""
    return (inputs * area + 1) * outputs


def _student_weights(size: str, outputs: int) -> int:
    if size == "small":
        return _weights(3, 128, 16) + _weights(128, 256, 16) + _weights(256, 256, 9) + _weights(256, outputs, 16)
    trunk = _weights(3, 256, 16) + _weights(256, 512, 16) + _weights(512, 512, 1) + _weights(512, 512, 9)
    return trunk + _weights(512, outputs, 16) + _weights(outputs, outputs, 1)


def _autoencoder_weights(frame_size: tuple[int, int], outputs: int) -> int:
    code = (frame_size[0] // 32) * (frame_size[1] // 32)
    encoder = _weights(3, 32, 16) + _weights(32, 32, 16) + _weights(32, 64, 16) + 2 * _weights(64, 64, 16)
    return encoder + _weights(64, 64, code) + 6 * _weights(64, 64, 16) + _weights(64, 64, 9) + _weights(64, outputs, 9)
