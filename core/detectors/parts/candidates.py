"""The patches that PatchCore chooses its memory from, in bounded memory whatever their number."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.detectors.parts.coreset import POINT_BYTES, PROJECTED, directions, greedy_coreset, project
from core.errors import phrase
from core.progress import Ticket

CHOOSING = phrase("Choosing patches to remember")


class Remembered(NamedTuple):
    """A selection of patches.

    Attributes
    ----------
    vectors
        (M, d) float32 on the CPU.
    numbers
        (M,) int64: each one's place in the stream.
    radius
        No patch of the whole stream lies farther from its nearest remembered one, as projected for choosing.
    """

    vectors: Tensor
    numbers: Tensor
    radius: float


class Candidates:
    """Patches stream in, the ones to remember come out: one greedy choice where all fit, merge and reduce beyond.

    When the room is full, the patches that came since the last time are reduced: `members` of them are chosen and the
    others dropped. When those chosen earlier fill half the room, they are reduced together. The last choice is made
    among all that are held then.

    How well the result covers the stream: let OPT be the smallest radius with which any `members` centres, anywhere in
    space, cover all patches. The same centres cover each part of them, so a reduction's radius is at most 2 OPT (see
    `greedy_coreset`). Where a patch was dropped, its nearest chosen one is within that radius, which in turn is within
    the next reduction's radius of one that stays: after L reductions, the last choice among them, a remembered patch is
    within 2 L OPT. Where all fit L is 1, as for any greedy choice; else it is 2 until `members` times the number of
    reductions exceeds half the room, and then one more for each time that this happens. What the reductions really had
    adds up to `Remembered.radius`.

    Memory: `budget`, or what four times the members and two images take if that is more.

    Parameters
    ----------
    total
        Patches of the whole stream.
    width
        Values of a patch.
    members
        How many will be remembered at most.
    largest
        Patches that are added at a time at most.
    budget
        Bytes for the patches and the work of choosing.
    device
        Where to choose. The patches stay on the CPU, the device holds (room, 128) values.
    """

    def __init__(
        self,
        total: int,
        width: int,
        members: int,
        largest: int,
        budget: int,
        generator: torch.Generator,
        device: torch.device,
    ) -> None:
        room = max(budget // patch_bytes(width), 4 * members + 2 * largest)
        self.room = min(total, room)
        self._members = members
        # Apple's GPU has no float64, which choosing needs.
        self._device = torch.device("cpu") if device.type == "mps" else device
        self._generator = generator
        self._directions = directions(width, generator)
        self._vectors = torch.empty(self.room, width)
        self._numbers = torch.empty(self.room, dtype=torch.int64)
        self._reduced = 0  # patches in front that were chosen in a reduction
        self._used = 0
        self._added = 0
        self._radius = 0.0  # of what the reduced ones stand for

    @property
    def free(self) -> int:
        """How many patches can be added before the next reduction."""
        return self.room - self._used

    def add(self, vectors: Tensor) -> None:
        """Take in the next (n, d) patches of the stream, n at most `free`."""
        places = slice(self._used, self._used + len(vectors))
        self._vectors[places] = vectors
        self._numbers[places] = torch.arange(self._added, self._added + len(vectors))
        self._added += len(vectors)
        self._used = places.stop

    def reduce(self, ticket: Ticket) -> None:
        """Make room: at least half of it is free afterwards."""
        merging = self._reduced + self._members > self.room // 2
        part = ticket.stage(CHOOSING, 0.5 if merging else 1.0)
        self._radius = max(self._radius, self._keep(self._reduced, part))
        if merging:
            self._radius += self._keep(0, ticket.stage(CHOOSING, 0.5))
        self._reduced = self._used

    def choose(self, ticket: Ticket) -> Remembered:
        """Choose the members: all patches where there are no more. To be called once, at the end."""
        radius = self._radius + self._keep(0, ticket.stage(CHOOSING, 1.0))
        return Remembered(self._vectors[: self._used].clone(), self._numbers[: self._used].clone(), radius)

    def _keep(self, start: int, ticket: Ticket) -> float:
        """Of the patches from `start` on keep only chosen ones; return the radius."""
        held = slice(start, self._used)
        points = project(self._vectors[held], self._directions, self._device)
        chosen = greedy_coreset(points, self._members, self._generator, ticket)
        indices = chosen.indices.cpu() + start
        kept = slice(start, start + len(indices))
        self._vectors[kept] = self._vectors[indices]
        self._numbers[kept] = self._numbers[indices]
        self._used = kept.stop
        return chosen.radius


def patch_bytes(width: int) -> int:
    """Return the bytes that a patch of so many values takes while choosing."""
    return 4 * (width + min(width, PROJECTED)) + POINT_BYTES
