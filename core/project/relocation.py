"""Which files of a project are gone, and where they are now that their folder has moved."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.errors import Problem
from core.images.reading import content_hash
from core.progress import Ticket

CHECKED = 8  # files whose contents are compared before a folder is believed


class Listings:
    """Which files there are, by one listing a folder instead of one question a file: quick on network drives."""

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}

    def __contains__(self, file: str) -> bool:
        """Whether there is something of this name."""
        folder, separator, name = file.rpartition(os.sep)
        return name in self.names(folder + separator)

    def names(self, folder: str) -> frozenset[str]:
        """Return the names in a folder; none where it cannot be read."""
        if folder not in self._names:
            try:
                self._names[folder] = frozenset(os.listdir(folder))  # noqa: PTH208 - names only, no stat a file
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]


def missing_files(files: Iterable[str], ticket: Ticket) -> frozenset[str]:
    """Return those files that are not there now."""
    there = Listings()
    wanted: dict[str, set[str]] = defaultdict(set)
    for file in files:
        folder, separator, name = file.rpartition(os.sep)
        wanted[folder + separator].add(name)
    gone = []
    for folder, names in wanted.items():
        ticket.check()
        gone += [folder + name for name in names - there.names(folder)]
    return frozenset(gone)


def relocated(files: Mapping[Path, str], folder: Path, ticket: Ticket) -> dict[Path, Path]:
    """Find missing files again under a folder that a person has named.

    Any folder above a missing file may be the one that has become `folder`. The one under which most names are found
    again is taken, if the contents of a few of the files are those that the project knows.

    Parameters
    ----------
    files
        Missing files with the sha256 of their bytes in hex, or "" where it is not known.

    Returns
    -------
    dict
        New paths by old ones, of the files that are there.

    Raises
    ------
    Problem
        None of the names is there, or the files of these names are others.
    """
    there = Listings()
    by_folder: dict[Path, set[str]] = defaultdict(set)
    for path in files:
        by_folder[path.parent].add(path.name)
    votes: Counter[Path] = Counter()
    for old, names in by_folder.items():
        for root in (old, *old.parents):
            ticket.check()
            votes[root] += len(names & there.names(str(folder / old.relative_to(root))))
    named = False
    for root, count in votes.most_common():
        if not count:
            break
        named = True
        wanted = {path: folder / path.relative_to(root) for path in files if path.is_relative_to(root)}
        found = {path: now for path, now in wanted.items() if str(now) in there}
        if _same(files, found, ticket):
            return found
    if named:
        raise Problem(
            "The files in {folder} have the names of the missing ones, but are others.",
            "Choose the folder that holds the project's own images.",
            folder=folder,
        )
    raise Problem(
        "None of the missing files is in {folder}.",
        "Choose the folder that was moved or renamed, not one above it.",
        folder=folder,
    )


def _same(files: Mapping[Path, str], found: Mapping[Path, Path], ticket: Ticket) -> bool:
    known = [path for path in found if files[path]]
    for path in known[:: max(len(known) // CHECKED, 1)]:
        ticket.check()
        if content_hash(found[path]) != files[path]:
            return False
    return True
