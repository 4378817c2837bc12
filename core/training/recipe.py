"""Everything that decides a training result.

Two trainings with the same recipe on the same files on one device give the same model. No torch here: the
window builds recipes before torch is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.detectors.estimate import LongTraining
from core.detectors.settings import KINDS, DetectorSettings, settings_from_json, settings_to_json
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import ValueRange

MOST_FOLDS = 20


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to train and how.

    Attributes
    ----------
    settings
        The algorithm and its knobs.
    framing
        How an image becomes the frame that the detector sees.
    seed
        Of everything random: held-out split, channel choice, coreset.
    device
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:N"`` or ``"mps"``.
    engine
        What computes the backbone's features: ``"auto"``, ``"torch"`` or ``"onnxruntime"``.
    value_range
        For images deeper than 8 bits; None chooses the smallest usual range that holds the good images.
    held_out_share
        Share of the good images that is kept from the fit, to make the limits on; below 1, and above 0 unless there
        are rounds (`folds`) that judge the others.
    quantile
        Of the held-out good scores, for the provisional limits.
    folds
        Rounds in which also the images of the fit are judged by a detector that has not seen them, each a fit of its
        own on the rest, so that the limits stand on all good images; 0 for none. Not for algorithms that are trained in
        steps, since each round would be a whole training.
    weights_file
        A file with the backbone's weights, where they are not installed. A property of this computer: it
        is no part of `key` and is not stored.
    allow_download
        Whether the backbone's weights may be fetched; likewise not stored.
    """

    settings: DetectorSettings
    framing: Framing = field(default_factory=Framing)
    seed: int = 0
    device: str = "auto"
    engine: str = "auto"
    value_range: ValueRange | None = None
    held_out_share: float = 0.2
    quantile: float = 0.99
    folds: int = 0
    weights_file: Path | None = None
    allow_download: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.held_out_share < 1.0 and not (self.held_out_share == 0.0 and self.folds):
            raise Problem(
                "The held-out share is {share:g}, but has to lie between 0 and 1.",
                "0.2 keeps every fifth good image for judging the limits; 0 works with rounds of checking.",
                share=self.held_out_share,
            )
        if not 0.5 <= self.quantile <= 1.0:
            raise Problem(
                "The quantile for the limits is {quantile:g}, but has to lie between 0.5 and 1.",
                "0.99 lets about one good part in a hundred be rejected.",
                quantile=self.quantile,
            )

        if self.folds and not 2 <= self.folds <= MOST_FOLDS:
            raise Problem(
                "{folds} rounds of checking the good images do not work.",
                "Choose from 2 to {most}, or 0 for none; 5 is usual.",
                folds=self.folds,
                most=MOST_FOLDS,
            )
        if self.folds and isinstance(self.settings, LongTraining):
            raise Problem(
                "{title} is trained in steps: checking the good images in rounds would be as many whole trainings.",
                "Choose PatchCore or PaDiM for that, or no rounds.",
                title=KINDS[self.settings.kind].title,
            )

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as JSON-able values, without what belongs to one computer."""
        return {
            "settings": settings_to_json(self.settings),
            **self.framing.to_json(),
            "seed": self.seed,
            "device": self.device,
            "engine": self.engine,
            "value_range": None if self.value_range is None else [self.value_range.low, self.value_range.high],
            "held_out_share": self.held_out_share,
            "quantile": self.quantile,
            "folds": self.folds,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Recipe:
        """Rebuild a recipe from `to_json`'s values.

        Raises
        ------
        Problem
            A value is out of its range.
        KeyError, TypeError, ValueError
            The record is not a recipe.
        """
        value_range = record["value_range"]
        return cls(
            settings=settings_from_json(record["settings"]),
            framing=Framing.from_json(record),
            seed=int(record["seed"]),
            device=str(record["device"]),
            engine=str(record.get("engine", "auto")),  # not in recipes of before there was a choice
            value_range=None if value_range is None else ValueRange(float(value_range[0]), float(value_range[1])),
            held_out_share=float(record["held_out_share"]),
            quantile=float(record["quantile"]),
            folds=int(record.get("folds", 0)),  # nor were there rounds
        )

    def key(self) -> str:
        """Return a short hash, the same for the same recipe in every process and on every computer."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
