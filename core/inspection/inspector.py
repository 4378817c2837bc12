"""A trained model looks at image files: one at a time, or many with reading and computing overlapped."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence, Sized
from pathlib import Path

import numpy as np
import torch

from core.devices import halving_batches
from core.images.ahead import Loaded, Unreadable, load_ahead, load_frame
from core.images.framing import Float32Map, Placement
from core.inspection.result import Failure, Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket

BATCH = 8


class Inspector:
    """Turns image files into inspections with one model, on the device the model was loaded to.

    Holds no state of its own besides the model: it may be used from several threads.
    """

    def __init__(self, model: TrainedModel) -> None:
        self.model = model

    def inspect(self, path: Path, ticket: Ticket) -> Inspection:
        """Look at one image.

        Raises
        ------
        Problem
            The file cannot be read.
        Cancelled
            Through the ticket.
        """
        ticket.check()
        loaded = load_frame(path, self.model.framing, self.model.value_range)
        if isinstance(loaded, Unreadable):
            raise loaded.problem
        ticket.check()
        return self.look([loaded])[0]

    def inspect_many(
        self, paths: Iterable[Path], ticket: Ticket, batch: int = BATCH, total: int | None = None
    ) -> Iterator[Inspection | Failure]:
        """Yield one result a file, in order; a file that cannot be read is a `Failure` and the rest goes on.

        Memory is bounded by `batch` and the reader's look-ahead, whatever the number of files.

        Parameters
        ----------
        batch
            Most images computed at once.
        total
            How many files there are, where `paths` cannot say so.

        Raises
        ------
        Cancelled
            Through the ticket.
        """
        total = len(paths) if isinstance(paths, Sized) else total
        loaded = load_ahead(paths, self.model.framing, self.model.value_range, ticket)
        done = 0
        ticket.report(0, total)
        while group := list(itertools.islice(loaded, batch)):
            for result in self._results(group):
                done += 1
                ticket.report(done, total)
                yield result

    def _results(self, group: Sequence[Loaded | Unreadable]) -> Iterator[Inspection | Failure]:
        found = iter(self.look([item for item in group if isinstance(item, Loaded)]))
        for item in group:
            yield Failure(item.path, item.problem) if isinstance(item, Unreadable) else next(found)

    def look(self, images: Sequence[Loaded]) -> list[Inspection]:
        """Look at images that have been read; all at once, so keep them few."""
        if not images:
            return []
        begun = time.perf_counter()
        frames = torch.stack([image.frame for image in images])
        parts, _ = halving_batches(self.model.detector.predict, frames, len(frames))
        heats = [heat for part in parts for heat in part.maps.cpu().numpy()]
        scores = [score for part in parts for score in part.scores.cpu().tolist()]
        seconds = (time.perf_counter() - begun) / len(images)
        return [
            Inspection(
                path=image.path,
                size=image.size,
                heat=_counting(heat, image.placement),
                placement=image.placement,
                score=float(score),
                seconds=seconds,
                model_id=self.model.card.id,
                note=image.note,
            )
            for image, heat, score in zip(images, heats, scores, strict=True)
        ]


def _counting(heat: Float32Map, placement: Placement) -> Float32Map:
    """Return a copy of a map, 0 where the picture does not count."""
    return np.where(placement.inside(), heat, np.float32(0)) if placement.area else heat.copy()
