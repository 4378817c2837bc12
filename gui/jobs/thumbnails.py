"""Small pictures for lists: made off the window's thread, kept in memory and on disk.

Lists ask for a thumbnail whenever they paint a row and get it at once or later. The newest wish is served first, since
it is what a person looks at now; wishes for rows that were scrolled past are dropped.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import platformdirs
from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThread, QThreadPool, QTimer, Signal

from core.errors import Problem
from core.files import writing
from core.images.area import EVERYWHERE, Area
from core.images.reading import thumbnail

if TYPE_CHECKING:
    from core.images.framing import Placement
    from core.images.reading import ValueRange

_log = logging.getLogger(__name__)

SIDE = 104
KEPT_IN_MEMORY = 4000
KEPT_ON_DISK = 30_000
WAITING_AT_MOST = 400
FORMAT = 1

_FREE = Event()  # whether the window lets thumbnails be begun
_FREE.set()


@dataclass(frozen=True, slots=True)
class Wish:
    """One thumbnail somebody wants.

    Attributes
    ----------
    file
        Absolute path of the picture.
    heat_file, placement
        Its heat map of the active model, or None.
    stamp
        Anything that changes with the heat map, such as the score.
    value_range
        For pictures of more than 8 bits: what becomes black and white.
    side
        The longest side in pixels.
    """

    file: str
    heat_file: str | None = None
    placement: Placement | None = None
    stamp: float = 0.0
    value_range: ValueRange | None = None
    side: int = SIDE

    @property
    def area(self) -> Area:
        """What of the picture counted for its heat map."""
        return EVERYWHERE if self.placement is None else self.placement.area


@dataclass(frozen=True, eq=False, slots=True)
class Thumbnail:
    """A small picture.

    Attributes
    ----------
    pixels
        (h, w, 3) RGB, or None when the picture cannot be read.
    heat
        (h, w) raw, of the same size, or None without a heat map.
    trouble
        Why there are no pixels, or "".
    """

    pixels: npt.NDArray[np.uint8] | None
    heat: npt.NDArray[np.float32] | None = None
    trouble: str = ""


class _Bell(QObject):
    """Rings in the window's thread. Owned by Python alone, so that a late worker never rings a deleted one."""

    rang = Signal(object, object)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Begin no thumbnail inside: for the window's thread while it paints.

    Every call of Qt lets go of Python's lock, and the threads that make thumbnails would take it dozens of times.
    """
    _FREE.clear()
    try:
        yield
    finally:
        _FREE.set()


class _Work(QRunnable):
    """Serves the newest wish there is when a thread is free."""

    def __init__(self, waiting: OrderedDict[Wish, None], lock: Lock, bell: _Bell, folder: Path | None) -> None:
        super().__init__()
        self._waiting, self._lock, self._bell, self._folder = waiting, lock, bell, folder

    def run(self) -> None:
        _FREE.wait()
        with self._lock:
            if not self._waiting:
                return
            wish, _ = self._waiting.popitem(last=True)
        self._bell.rang.emit(wish, made(wish, self._folder))


def made(wish: Wish, folder: Path | None) -> Thumbnail:
    """Make one thumbnail, or fetch it from the cache folder.

    Never raises for a picture that cannot be read: that is a thumbnail with `trouble`.
    """
    try:
        pixels = _photo(wish, folder)
    except Problem as problem:
        return Thumbnail(None, trouble=str(problem))
    except OSError as error:
        return Thumbnail(None, trouble=error.strerror or str(error))
    return Thumbnail(pixels, _heat(wish, (pixels.shape[0], pixels.shape[1])))


def _photo(wish: Wish, folder: Path | None) -> npt.NDArray[np.uint8]:
    if folder is None:
        return thumbnail(Path(wish.file), wish.side, wish.value_range)
    cached = cache_file(wish, folder)
    kept = _read_cached(cached)
    if kept is not None:
        return kept
    pixels = thumbnail(Path(wish.file), wish.side, wish.value_range)
    _write_cached(cached, pixels)
    return pixels


def cache_file(wish: Wish, folder: Path) -> Path:
    """Return where a thumbnail is kept: named by path, time and size of the file, so that a changed file is made anew.

    Raises
    ------
    OSError
        The file is not there.
    """
    facts = Path(wish.file).stat()
    text = f"{FORMAT}|{wish.file}|{facts.st_mtime_ns}|{facts.st_size}|{wish.side}|{wish.value_range}"
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return folder / name[:2] / f"{name}.png"


def _read_cached(path: Path) -> npt.NDArray[np.uint8] | None:
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    decoded = cv2.imdecode(raw, cv2.IMREAD_COLOR) if raw.size else None
    # A file cut short by a full disk is as good as none.
    return None if decoded is None else np.ascontiguousarray(decoded[:, :, ::-1])


def _write_cached(path: Path, pixels: npt.NDArray[np.uint8]) -> None:
    done, raw = cv2.imencode(".png", np.ascontiguousarray(pixels[:, :, ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        return
    try:
        with writing(path, durable=False) as part:
            part.write_bytes(raw.data)
    except Problem as problem:
        # A cache that cannot be written costs time, nothing else.
        _log.info("thumbnail not kept: %s", problem)


def _heat(wish: Wish, size: tuple[int, int]) -> npt.NDArray[np.float32] | None:
    if wish.heat_file is None or wish.placement is None:
        return None
    try:
        heat = np.load(wish.heat_file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        _log.info("no heat for a thumbnail: %s", error)
        return None
    if heat.shape != wish.placement.frame_size:
        return None
    return shrunk(np.asarray(heat, np.float32), wish.placement, size)


def shrunk(heat: npt.NDArray[np.float32], placement: Placement, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Return the picture's part of a heat map at thumbnail size (h, w), keeping small hot spots.

    A plain average would wash a small defect out of a thumbnail; the largest value nearby is kept instead.
    """
    part = heat[placement.top : placement.top + placement.height, placement.left : placement.left + placement.width]
    step = (max(part.shape[0] // size[0], 1), max(part.shape[1] // size[1], 1))
    if step != (1, 1):
        part = np.asarray(cv2.dilate(part, np.ones(step, np.uint8)), dtype=np.float32)
    return np.asarray(cv2.resize(part, (size[1], size[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


class _Pruning(QRunnable):
    """Removes the oldest kept thumbnails when there are too many."""

    def __init__(self, folder: Path, keep: int) -> None:
        super().__init__()
        self._folder, self._keep = folder, keep

    def run(self) -> None:
        prune(self._folder, self._keep)


def prune(folder: Path, keep: int) -> int:
    """Remove the oldest thumbnails of a cache folder until `keep` are left; return how many went."""
    aged: list[tuple[float, Path]] = []
    for path in folder.glob("??/*.*"):
        try:
            aged.append((path.stat().st_mtime, path))
        except OSError:
            continue
    aged.sort()
    surplus = aged[: max(len(aged) - keep, 0)]
    for _, path in surplus:
        path.unlink(missing_ok=True)
    return len(surplus)


class ThumbnailLoader(QObject):
    """Hands out thumbnails.

    Signals
    -------
    ready
        The `Wish` that was served; ask again by `get`.

    Parameters
    ----------
    folder
        Where thumbnails are kept between runs; None keeps none.
    threads
        As many as that make them; by default two, but one processor is left to the window.
    """

    ready = Signal(object)

    def __init__(self, folder: Path | None, parent: QObject | None = None, *, threads: int | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._kept: OrderedDict[Wish, Thumbnail] = OrderedDict()
        self._waiting: OrderedDict[Wish, None] = OrderedDict()
        self._running: set[Wish] = set()
        self._lock = Lock()
        self._bell = _Bell()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads or max(min(QThread.idealThreadCount() - 1, 2), 1))
        self._bell.rang.connect(self._on_rang)
        if folder is not None:
            QTimer.singleShot(20_000, self, self._prune)

    def get(self, wish: Wish) -> Thumbnail | None:
        """Return a thumbnail, or None and tell `ready` when it is made."""
        kept = self._kept.get(wish)
        if kept is not None:
            self._kept.move_to_end(wish)
            return kept
        with self._lock:
            known = wish in self._running
            if not known:
                self._running.add(wish)
                self._waiting[wish] = None
            elif wish in self._waiting:
                self._waiting.move_to_end(wish)
            while len(self._waiting) > WAITING_AT_MOST:
                dropped, _ = self._waiting.popitem(last=False)
                self._running.discard(dropped)
        if not known:
            self._pool.start(_Work(self._waiting, self._lock, self._bell, self._folder))
        return None

    def nearest(self, wish: Wish) -> Thumbnail | None:
        """Return the thumbnail, or the same picture's without heat while that is all there is."""
        found = self.get(wish)
        if found is None and wish.heat_file is not None:
            found = self._kept.get(replace(wish, heat_file=None, placement=None, stamp=0.0))
        return found

    def keep_only(self, wishes: Iterable[Wish]) -> None:
        """Drop what waits and is not among these: it was scrolled past. Asking again brings it back."""
        wanted = set(wishes)
        with self._lock:
            for wish in [wish for wish in self._waiting if wish not in wanted]:
                del self._waiting[wish]
                self._running.discard(wish)

    @property
    def waiting(self) -> int:
        """How many wishes wait or are being served."""
        with self._lock:
            return len(self._running)

    def forget(self, files: Collection[str]) -> None:
        """Make pictures anew when they are next wanted: their files changed."""
        for wish in [wish for wish in self._kept if wish.file in files]:
            del self._kept[wish]

    def close(self, timeout_ms: int = 5000) -> bool:
        """Drop what waits and let what runs end. Return whether it did in time."""
        self.keep_only(())
        return self._pool.waitForDone(timeout_ms)

    def _on_rang(self, wish: Wish, thumb: Thumbnail) -> None:
        with self._lock:
            self._running.discard(wish)
        self._kept[wish] = thumb
        while len(self._kept) > KEPT_IN_MEMORY:
            self._kept.popitem(last=False)
        self.ready.emit(wish)

    def _prune(self) -> None:
        if self._folder is not None:
            self._pool.start(_Pruning(self._folder, KEPT_ON_DISK))


def cache_folder() -> Path:
    """Return where thumbnails of this user are kept between runs."""
    return Path(platformdirs.user_cache_dir("flawsight", appauthor=False)) / "thumbnails"


_shared: list[ThumbnailLoader] = []


def shared_thumbnails() -> ThumbnailLoader:
    """Return the program's one loader, so that every list shares one memory. It ends with the application."""
    if not _shared:
        loader = ThumbnailLoader(cache_folder())
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(loader.close)
        _shared.append(loader)
    return _shared[0]
