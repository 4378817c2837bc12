"""Folders to pictures with what their place in the folder says about them.

Known layouts: MVTec AD (``train/good``, ``test/<type>``, ``ground_truth/<type>/<stem>_mask.png``), MVTec LOCO (so too,
with ``test/logical_anomalies`` and a folder of masks for each picture), VisA (``Data/Images/Normal``), subfolders of
which one is called good, and a plain folder of good pictures. Nothing is opened here but folders.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import Problem, phrase
from core.images.reading import IMAGE_SUFFIXES
from core.progress import Ticket, silent
from core.project.model import Label
from core.project.splits import held_out

_GOOD_NAMES = frozenset(("good", "ok", "normal", "pass", "passed", "gut", "良品", "合格"))
MASK_FOLDERS = frozenset(("ground_truth", "groundtruth", "masks", "mask"))
MASK_ENDINGS = ("_mask", "_label", "_gt")
_UNREAD_PICTURES = frozenset(
    (".gif", ".heic", ".heif", ".jp2", ".avif", ".raw", ".dng", ".cr2", ".nef", ".psd", ".svg")
)


@dataclass(frozen=True, slots=True)
class Found:
    """One picture.

    Attributes
    ----------
    path
        Absolute, as reached from the folder (links are not resolved).
    mask
        The picture of its defects, or a folder of several such pictures that count together, or None.
    defect_type
        The name of its folder for a defect, otherwise "".
    training
        Whether it lies in the layout's training folder. Layouts without one (VisA, subfolders) keep a fifth of the
        good pictures, chosen by name, out of training, so that limits can be set on them.
    """

    path: Path
    label: Label
    mask: Path | None
    defect_type: str
    training: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a folder holds.

    Attributes
    ----------
    layout
        ``"plain"``, ``"mvtec"``, ``"loco"``, ``"visa"`` or ``"subfolders"``.
    root
        The folder that the layout begins in.
    found
        In natural order of their paths.
    skipped
        What was left out, with the reason.
    warnings
        Sentences for the person who chose the folder.
    """

    layout: str
    root: Path
    found: tuple[Found, ...]
    skipped: tuple[tuple[Path, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder read into memory: pictures and folders in natural order."""

    path: Path
    pictures: tuple[Path, ...] = ()
    folders: tuple[_Folder, ...] = ()

    def child(self, *names: str) -> _Folder | None:
        """Return the first subfolder of one of these names, whatever the case."""
        return next((folder for folder in self.folders if folder.path.name.lower() in names), None)

    def all_pictures(self) -> Iterator[Path]:
        yield from self.pictures
        for folder in self.folders:
            yield from folder.all_pictures()

    def holds_pictures(self) -> bool:
        return next(self.all_pictures(), None) is not None


@dataclass(slots=True)
class _Reader:
    """Reads folders once each, however links lead to them."""

    ticket: Ticket
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    seen: set[tuple[int, int] | str] = field(default_factory=set)
    count: int = 0

    def read(self, path: Path) -> _Folder:
        if not self._first_visit(path):
            return _Folder(path)
        pictures: list[Path] = []
        folders: list[Path] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    self._sort(entry, pictures, folders)
        except OSError as error:
            self.skipped.append((path, f"the folder could not be read: {error.strerror or type(error).__name__}"))
        self.count += len(pictures)
        self.ticket.report(self.count)
        inner = (self.read(folder) for folder in sorted(folders, key=natural_key))
        return _Folder(path, tuple(sorted(pictures, key=natural_key)), tuple(inner))

    def _first_visit(self, path: Path) -> bool:
        try:
            status = path.stat()
            mark: tuple[int, int] | str = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)
        except OSError as error:
            self.skipped.append((path, f"the folder could not be read: {error.strerror or type(error).__name__}"))
            return False
        if mark in self.seen:
            self.skipped.append((path, "a link to a folder that was read already"))
            return False
        self.seen.add(mark)
        return True

    def _sort(self, entry: os.DirEntry[str], pictures: list[Path], folders: list[Path]) -> None:
        path = Path(entry.path)
        if entry.name.startswith("."):
            return
        try:
            is_folder = entry.is_dir()
        except OSError as error:  # a link to itself
            self.skipped.append((path, f"this could not be read: {error.strerror or type(error).__name__}"))
            return
        if is_folder:
            # A project's own folder of maps and models lies beside its pictures.
            if not (path.suffix == ".files" and path.with_suffix(".flawsight").exists()):
                folders.append(path)
        elif path.suffix.lower() in IMAGE_SUFFIXES:
            pictures.append(path)
        elif path.suffix.lower() in _UNREAD_PICTURES:
            self.skipped.append((path, f"{path.suffix.lower()} files are not read here"))


def natural_key(path: Path) -> tuple[object, ...]:
    """Sort key under which ``part 9.png`` comes before ``part 10.png``, folder by folder."""
    return (tuple(_natural_name(part) for part in path.parts), str(path))


def _natural_name(name: str) -> tuple[tuple[int, int, str], ...]:
    pieces = re.split(r"([0-9]+)", name.casefold())
    return tuple(
        (0, int(piece), "") if piece.isdigit() and piece.isascii() else (1, 0, piece) for piece in pieces if piece
    )


def discover(root: Path, ticket: Ticket | None = None) -> Dataset:
    """Recognise a folder's layout and list its pictures.

    Folders are read recursively; hidden ones are passed by, each is read once even where links run in circles, and one
    that cannot be read is listed as skipped.

    Raises
    ------
    Problem
        The folder is missing, holds no pictures, or holds several data sets.
    """
    root = Path(os.path.abspath(root))  # noqa: PTH100  (Path.resolve would replace links by where they lead)
    check_folder(root)
    reader = _Reader(ticket or silent())
    dataset = _recognise(reader.read(root))
    if not dataset.found:
        raise Problem(
            "There are no pictures in the folder “{name}”.",
            "Choose a folder that holds PNG, JPEG, BMP, TIFF or WebP files.",
            name=root.name or str(root),
        )
    return replace(dataset, skipped=(*reader.skipped, *dataset.skipped))


def check_folder(folder: Path, remedy: str = phrase("Choose a folder of pictures of good parts.")) -> None:
    """Raise a Problem where a folder is missing."""
    if not folder.is_dir():
        raise Problem("The folder “{name}” is not there.", remedy, name=folder.name or str(folder))


def image_paths(paths: Sequence[Path]) -> list[Path]:
    """List pictures in natural order, each once.

    Folders are searched recursively for the known suffixes, except folders of masks inside them; files named directly
    are kept whatever their suffix, also when they are missing: reading them tells what is wrong.
    """
    reader = _Reader(silent())
    listed: set[Path] = set()
    for path in paths:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100
        if absolute.is_dir():
            reader.seen.clear()
            listed.update(_without_masks(reader.read(absolute)))
        else:
            listed.add(absolute)
    return sorted(listed, key=natural_key)


# --- layouts -----------------------------------------------------------------------------------------------------


def _recognise(folder: _Folder) -> Dataset:
    for layout in (_mvtec, _visa, _several, _subfolders):
        dataset = layout(folder)
        if dataset is not None:
            return dataset
    return _plain(folder)


def _mvtec(root: _Folder) -> Dataset | None:
    """MVTec AD and LOCO."""
    train = root.child("train")
    good = train.child(*_GOOD_NAMES) if train else None
    test = root.child("test")
    if train is None or good is None or not (good.holds_pictures() and (test or len(train.folders) == 1)):
        return None
    found = [_good(path, training=True) for path in good.all_pictures()]
    validation = root.child("validation", "val")
    for folder in validation.folders if validation else ():
        found += _labelled(folder, root)
    for folder in test.folders if test else ():
        found += _labelled(folder, root)
    loco = test is not None and test.child("logical_anomalies", "structural_anomalies") is not None
    return Dataset("loco" if loco else "mvtec", root.path, tuple(found))


def _visa(root: _Folder) -> Dataset | None:
    for start in (root.child("data"), root):
        images = start.child("images") if start else None
        normal = images.child("normal") if images else None
        if start is None or images is None or normal is None:
            continue
        found = _kept_for_tuning([_good(path, training=True) for path in normal.all_pictures()], root.path)
        for folder in images.folders:
            if folder is not normal:
                found += _labelled(folder, start)
        return Dataset("visa", root.path, tuple(found))
    return None


def _several(root: _Folder) -> Dataset | None:
    """Look for data sets one folder further down: one is taken, of several the person has to choose."""
    inner = [data for folder in root.folders if (data := _mvtec(folder) or _visa(folder)) is not None]
    if len(inner) == 1 and not root.pictures and len(root.folders) == 1:
        return inner[0]
    if len(inner) > 1:
        names = ", ".join(data.root.name for data in inner[:4]) + (", …" if len(inner) > 4 else "")
        raise Problem(
            "The folder “{name}” holds {count} data sets ({names}).",
            "Choose one of them: a model learns one product.",
            name=root.path.name or str(root.path),
            count=len(inner),
            names=names,
        )
    return None


def _subfolders(root: _Folder) -> Dataset | None:
    """A folder called good beside folders of defects; also MVTec's ``test`` folder chosen by itself."""
    goods = [folder for folder in root.folders if folder.path.name.lower() in _GOOD_NAMES and folder.holds_pictures()]
    others = [
        folder for folder in root.folders if folder not in goods and not _is_masks(folder) and folder.holds_pictures()
    ]
    if not goods or not others:
        return None
    good = [_good(path, training=True) for folder in goods for path in _without_masks(folder)]
    found = _kept_for_tuning(good, root.path)
    for folder in others:
        found += _labelled(folder, root)
    found += [Found(path, Label.UNDECIDED, None, "", training=False) for path in _pictures_only(root)]
    found.sort(key=lambda one: natural_key(one.path))
    return Dataset("subfolders", root.path, tuple(found))


def _plain(root: _Folder) -> Dataset:
    found = tuple(_good(path, training=True) for path in _without_masks(root))
    skipped = tuple((folder.path, "a folder of masks") for folder in root.folders if _is_masks(folder))
    return Dataset("plain", root.path, found, skipped, _suspicions(root.path))


def _suspicions(root: Path) -> tuple[str, ...]:
    """Say so where a folder taken as good looks like one of defects."""
    if root.name.lower() in _GOOD_NAMES:
        return ()
    try:
        beside = [
            folder.name for folder in root.parent.iterdir() if folder.name.lower() in _GOOD_NAMES and folder.is_dir()
        ]
    except OSError:
        beside = []
    if beside:
        reason = f"it lies beside the folder “{beside[0]}”"
    elif root.parent.name.lower() == "test":
        reason = "it lies in a folder called “test”"
    else:
        return ()
    return (f"The pictures in “{root.name}” were taken as good, but may show defects: {reason}.",)


def _good(path: Path, *, training: bool) -> Found:
    return Found(path, Label.GOOD, None, "", training)


def _labelled(folder: _Folder, root: _Folder) -> list[Found]:
    """Label a test folder by its name and look for its masks."""
    if folder.path.name.lower() in _GOOD_NAMES:
        return [_good(path, training=False) for path in _without_masks(folder)]
    masks = _MaskIndex(root, folder)
    return [
        Found(path, Label.DEFECT, masks.of(path), folder.path.name, training=False) for path in _without_masks(folder)
    ]


def _kept_for_tuning(good: list[Found], root: Path) -> list[Found]:
    out = held_out([found.path.relative_to(root).as_posix() for found in good])
    return [replace(found, training=index not in out) for index, found in enumerate(good)]


# --- masks -------------------------------------------------------------------------------------------------------


class _MaskIndex:
    """Masks of one folder's pictures, by name, from wherever the known layouts keep them."""

    def __init__(self, root: _Folder, folder: _Folder) -> None:
        homes = [inner for owner in (folder, root) for inner in owner.folders if _is_masks(inner)]
        homes += [_Reader(silent()).read(path) for path in _mask_folders_beside(root.path)]
        name = folder.path.name.lower()
        self._by_name: dict[str, Path] = {}
        for home in [*(inner for home in homes if (inner := home.child(name))), *homes]:
            for several in home.folders:
                if several.pictures:
                    only = several.pictures[0] if len(several.pictures) == 1 else several.path
                    self._by_name.setdefault(several.path.name.lower(), only)
            for path in home.pictures:
                self._by_name.setdefault(path.stem.lower(), path)

    def of(self, picture: Path) -> Path | None:
        stem = picture.stem.lower()
        for name in (*(stem + ending for ending in MASK_ENDINGS), stem):
            if name in self._by_name:
                return self._by_name[name]
        for ending in MASK_ENDINGS:
            beside = next(iter(sorted(picture.parent.glob(f"{_escaped(picture.stem + ending)}.*"))), None)
            if beside is not None and beside.suffix.lower() in IMAGE_SUFFIXES:
                return beside
        return None


def _escaped(name: str) -> str:
    return re.sub(r"([\[*?])", r"[\1]", name)


def _mask_folders_beside(root: Path) -> list[Path]:
    """Find ``ground_truth`` beside a chosen ``test`` folder."""
    if root.name.lower() not in ("test", "images", "defect", "val", "validation"):
        return []
    try:
        return sorted(path for path in root.parent.iterdir() if path.name.lower() in MASK_FOLDERS and path.is_dir())
    except OSError:
        return []


def _is_masks(folder: _Folder) -> bool:
    return folder.path.name.lower() in MASK_FOLDERS


def _pictures_only(folder: _Folder) -> list[Path]:
    """Return the folder's own pictures without masks such as ``a_mask.png`` beside ``a.jpg``."""
    stems = {path.stem.lower() for path in folder.pictures}
    return [
        path
        for path in folder.pictures
        if not any(
            path.stem.lower().endswith(ending) and path.stem.lower().removesuffix(ending) in stems
            for ending in MASK_ENDINGS
        )
    ]


def _without_masks(folder: _Folder) -> Iterator[Path]:
    yield from _pictures_only(folder)
    for inner in folder.folders:
        if not _is_masks(inner):
            yield from _without_masks(inner)
