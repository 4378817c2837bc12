"""Which good pictures are held out of a fit, decided by name and seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def held_out(paths: Sequence[str], share: float = 0.2, seed: int = 0) -> frozenset[int]:
    """Choose the pictures that a fit must not see.

    Each name is hashed with the seed and the smallest hashes are held out: the choice depends neither on the order of
    the list nor on the computer, and adding pictures moves few of the others.

    Parameters
    ----------
    paths
        Names, best relative to the data set's folder so that a moved folder is split alike.
    share
        Part to hold out, 0 to 1.
    seed
        Another seed gives another choice.

    Returns
    -------
    frozenset of int
        Indices into `paths`: at least one of two or more, never all.

    Raises
    ------
    ValueError
        The share is not within 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share of {share} is not within 0 to 1")
    if len(paths) < 2:
        return frozenset()
    count = min(max(1, int(share * len(paths) + 0.5)), len(paths) - 1)
    order = sorted(range(len(paths)), key=lambda index: (_rank(paths[index], seed), index))
    return frozenset(order[:count])


def _rank(path: str, seed: int) -> bytes:
    name = path.replace("\\", "/")
    return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest()
