"""The one table of detectors: kind -> settings and class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.backbones.engines import on_engine
from core.backbones.extractor import build_extractor
from core.detectors.efficientad import EfficientAd
from core.detectors.padim import Padim
from core.detectors.patchcore import PatchCore
from core.detectors.protocol import Detector
from core.detectors.settings import (
    EFFICIENTAD_LEVELS,
    PADIM_LEVELS,
    PATCHCORE_LEVELS,
    SIMPLENET_LEVELS,
    DetectorSettings,
    EfficientAdSettings,
    PadimSettings,
    PatchCoreSettings,
    SettingsType,
    SimpleNetSettings,
)
from core.detectors.simplenet import SimpleNet
from core.devices import DeviceChoice
from core.progress import Ticket


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of detector.

    Attributes
    ----------
    settings_type
        Its settings.
    detector_class
        The detector.
    extractor_levels
        Backbone levels it looks at, finest first.
    """

    settings_type: SettingsType
    detector_class: type[Detector]
    extractor_levels: tuple[str, ...]


REGISTRY: Mapping[str, Entry] = MappingProxyType(
    {
        "patchcore": Entry(PatchCoreSettings, PatchCore, PATCHCORE_LEVELS),
        "padim": Entry(PadimSettings, Padim, PADIM_LEVELS),
        "simplenet": Entry(SimpleNetSettings, SimpleNet, SIMPLENET_LEVELS),
        "efficientad": Entry(EfficientAdSettings, EfficientAd, EFFICIENTAD_LEVELS),
    }
)


def build_detector(
    settings: DetectorSettings,
    frame_size: tuple[int, int],
    device: DeviceChoice,
    ticket: Ticket,
    *,
    weights_file: Path | None = None,
    allow_download: bool = False,
) -> Detector:
    """Return an unfitted detector with its backbone's published weights, on a device and its engine.

    Raises
    ------
    Problem
        The backbone's weights cannot be had, or the engine cannot be used; the hint says what to do.
    """
    entry = REGISTRY[settings.kind]
    extractor = build_extractor(
        settings.backbone,
        entry.extractor_levels,
        ticket,
        weights_file=weights_file,
        allow_download=allow_download,
    )
    features = on_engine(extractor, device.engine, device.device)
    return entry.detector_class.build(settings, features, frame_size, device.device)
