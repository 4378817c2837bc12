"""What runs in the background: the one door to training, inspection and export.

Each function returns a task for a lane. torch and what needs it are imported inside the tasks, in the lane's thread,
so that the window is there before torch is.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.batch.told import Outputs, Tally, Watched
from core.detectors.estimate import rough_seconds
from core.detectors.settings import KINDS
from core.errors import Problem
from core.files import writing
from core.images.area import EVERYWHERE, Area
from core.images.framing import BoolMask, Float32Map, Placement
from core.images.reading import ValueRange, content_hash, probe_image, read_image
from core.inspection.result import Failure as Unread
from core.inspection.result import Inspection
from core.models.bundle import read_card
from core.progress import Ticket, Turn
from core.project.discovery import Dataset, discover, image_paths
from core.project.edits import SampleFacts
from core.project.interchange.files import Format, read_labels, write_labels
from core.project.masks import PackedMask, mask_pixels
from core.project.model import Label, ModelRecord, Project, Role, Sample, SampleId, Score
from core.project.packing import pack, unpack
from core.project.relocation import missing_files, relocated
from core.project.storage import is_plain_name
from core.scoring.metrics import Curve
from core.scoring.pixels import PixelCounts
from core.scoring.regions import largest_area
from core.scoring.thresholds import Calibration
from core.training.hygiene import Checked, Finding, check_pictures, least_good
from gui.jobs.imports import load_statistics, load_torch
from gui.jobs.thread import Task

if TYPE_CHECKING:
    from core.detectors.estimate import Pace
    from core.export.comparison import Certificate
    from core.export.onnx import ExportReport
    from core.images.reading import UInt8Image
    from core.inspection.inspector import Inspector
    from core.inspection.robustness import Robustness
    from core.inspection.why import GoodPhotos
    from core.models.trained import TrainedModel
    from core.training.recipe import Recipe

FACTS_AT_ONCE = 50  # one transaction
SCORES_AT_ONCE = 20  # likewise
HASH_DIGITS = 16
FOLDERS = 50  # in which the good photos of a model from elsewhere are looked for
TALLIES_A_SECOND = 10
BATCH = 4  # small, so that a newer request does not wait long


# --- Looking at files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a drop of files and folders holds.

    Attributes
    ----------
    datasets
        Of folders that lie in a known layout.
    plain
        All other pictures.
    """

    datasets: tuple[Dataset, ...]
    plain: tuple[Path, ...]


def discover_task(root: Path) -> Task:
    """Recognise a folder's layout; the result is a `Dataset`."""
    return lambda ticket: discover(root, ticket)


def gather_task(paths: Sequence[Path]) -> Task:
    """Look at dropped files and folders; the result is `Gathered`.

    A picture or folder out of a data set (`test/scratch` of MVTec AD) gets what the data set says about it.
    """

    def task(ticket: Ticket) -> Gathered:
        wanted = image_paths(paths)
        datasets: dict[Path, Dataset] = {}
        for folder in dict.fromkeys(path.parent for path in wanted):
            ticket.check()
            root = _dataset_root(folder)
            if root is not None and root not in datasets:
                with contextlib.suppress(Problem):
                    datasets[root] = discover(root, ticket)
        asked = set(wanted)
        kept = []
        for dataset in datasets.values():
            found = tuple(item for item in dataset.found if item.path in asked)
            asked -= {item.path for item in found}
            if found:
                kept.append(Dataset(dataset.layout, dataset.root, found, ()))
        return Gathered(tuple(kept), tuple(path for path in wanted if path in asked))

    return task


def _paths(samples: Sequence[Sample]) -> list[Path]:
    """Return where pictures are: in the job's thread, since many `Path` take long to make."""
    return [sample.path for sample in samples]


def _dataset_root(folder: Path) -> Path | None:
    """Return the folder that holds ``train`` and ``test``: this one, or one up to three levels up."""
    for candidate in (folder, *list(folder.parents)[:3]):
        if (candidate / "train").is_dir() and (candidate / "test").is_dir():
            return candidate
    return None


def missing_task(samples: Sequence[Sample]) -> Task:
    """Look which pictures and masks are gone; the result is a frozenset of their paths as text."""

    def task(ticket: Ticket) -> frozenset[str]:
        masks = [str(sample.mask) for sample in samples if sample.mask is not None]
        return missing_files([sample.file for sample in samples] + masks, ticket)

    return task


def locate_task(files: Mapping[Path, str], folder: Path) -> Task:
    """Find missing files (with their hashes) again under a folder; the result is a dict from old paths to new ones."""
    return lambda ticket: relocated(files, folder, ticket)


def examine_task(samples: Sequence[tuple[SampleId, Path]]) -> Task:
    """Read sizes, depths and hashes; partial results are mappings from sample to `SampleFacts`."""

    def task(ticket: Ticket) -> None:
        facts: dict[SampleId, SampleFacts] = {}
        for done, (sample, path) in enumerate(samples):
            ticket.report(done, len(samples))
            facts[sample] = _facts(path)
            if len(facts) == FACTS_AT_ONCE:
                ticket.partial(facts)
                facts = {}
        if facts:
            ticket.partial(facts)
        ticket.report(len(samples), len(samples))

    return task


def _facts(path: Path) -> SampleFacts:
    try:
        facts = probe_image(path)
        return SampleFacts(facts.size, content_hash(path), "", "", facts.bits)
    except Problem as problem:
        return SampleFacts(None, "", problem.to_text(), "", None)


def check_task(samples: Sequence[Sample], value_range: ValueRange | None, model: Path | None) -> Task:
    """Look for odd pictures; the result is a tuple of `Finding`. The model's file tells what looked least good."""

    def task(ticket: Ticket) -> tuple[Finding, ...]:
        pictures = [
            Checked(
                sample.path,
                sample.content_hash,
                good=sample.label is Label.GOOD,
                learned=sample.label is Label.GOOD and sample.role is Role.TRAIN,
            )
            for sample in samples
        ]
        found = check_pictures(pictures, value_range, ticket)
        if model is None:
            return found
        by_content = {sample.content_hash: sample.path for sample in samples if sample.content_hash}
        return (*found, *least_good(read_card(model), by_content))

    return task


def read_labels_task(source: Path, samples: Sequence[Sample]) -> Task:
    """Read labels of other programs; the result is a `Reading`, which has changed nothing yet."""
    return lambda ticket: read_labels(source, list(samples), ticket)


def write_labels_task(project: Project, folder: Path, file_format: Format) -> Task:
    """Write the labels of a project that nobody changes meanwhile; the result is a `Writing`."""
    return lambda ticket: write_labels(project, folder, file_format, ticket)


def pack_task(project: Project, target: Path, images: bool) -> Task:
    """Pack a project that nobody changes meanwhile into one file; the result is `Packed`."""
    return lambda ticket: pack(project, target, ticket.stage("Packing", 1.0), images=images)


def unpack_task(source: Path, folder: Path) -> Task:
    """Unpack a project into a new folder; the result is the project file."""
    return lambda ticket: unpack(source, folder, ticket.stage("Unpacking", 1.0))


# --- Training --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished training: what the project records about it. The model itself is in its file.

    Attributes
    ----------
    unreadable
        Pictures that were to be learned from and cannot be read, and why.
    """

    record: ModelRecord
    calibration: Calibration
    device: str
    unreadable: Mapping[Path, Problem] = field(default_factory=dict)


def train_task(
    good: Sequence[Sample], held_out: Sequence[Sample], recipe: Recipe, folder: Path, preset: str = "", threads: int = 0
) -> Task:
    """Train a model and write it into `folder`; the result is `Trained`.

    Parameters
    ----------
    good, held_out
        Pictures of good parts for the fit, and others for the provisional limits.
    preset
        Name of the preset the settings came from, for the table of models.
    threads
        As in `use_threads`.
    """

    def task(ticket: Ticket) -> Trained:
        use_threads(threads)
        load_statistics()
        return _trained(_paths(good), _paths(held_out), recipe, folder, preset, ticket)[1]

    return task


@dataclass(frozen=True, slots=True)
class NotTrained:
    """Partial result: one of several trainings failed, and why."""

    kind: str
    problem: Problem


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """Partial result: pictures that a model which was just trained has inspected; their heat maps are on disk."""

    found: tuple[Found, ...]


def compare_task(
    good: Sequence[Sample],
    held_out: Sequence[Sample],
    recipes: Sequence[tuple[Recipe, str]],
    folder: Path,
    judged: Sequence[Sample],
    heat_path: Callable[[str, SampleId], Path],
    threads: int = 0,
) -> Task:
    """Train one model after the other, and inspect pictures with each as soon as it is there.

    Partial results are `Trained` or `NotTrained` for each recipe, and behind a `Trained` some `Scored`. What has been
    told stays whatever becomes of the rest.

    Parameters
    ----------
    recipes
        Each with the name of its preset, as in `train_task`.
    judged
        The pictures to inspect.
    heat_path
        Where the heat map of a model for a sample goes.
    """

    def task(ticket: Ticket) -> None:
        use_threads(threads)
        load_statistics()
        from core.inspection.inspector import Inspector

        def cost(recipe: Recipe, pictures: int) -> float:
            return rough_seconds(recipe.settings, len(good), recipe.framing.size, pictures)

        whole = sum(cost(recipe, len(judged)) for recipe, _ in recipes)
        for number, (recipe, preset) in enumerate(recipes, 1):
            kind, seconds = recipe.settings.kind, cost(recipe, len(judged))
            part = ticket.turn(Turn(KINDS[kind].title, number, len(recipes)), seconds / whole)
            learning = part.stage("Training", cost(recipe, 0) / seconds)
            ticket.begin_training()
            try:
                model, trained = _trained(_paths(good), _paths(held_out), recipe, folder, preset, learning)
            except Problem as problem:
                ticket.partial(NotTrained(kind, problem))
                continue
            ticket.partial(trained)
            looking = part.stage("Inspecting test pictures", 1.0)
            paths = _paths(judged)
            results = Inspector(model).inspect_many(paths, looking, BATCH) if paths else ()
            found: list[Found] = []
            for number_seen, (sample, path, result) in enumerate(zip(judged, paths, results, strict=True), 1):
                kept = _kept(Wanted(sample.id, path, heat_path(trained.record.id, sample.id)), result)
                if isinstance(kept, Found):
                    found.append(kept)
                if len(found) == SCORES_AT_ONCE or number_seen == len(judged):
                    ticket.partial(Scored(tuple(found)))
                    found = []

    return task


def _trained(
    good: Sequence[Path], held_out: Sequence[Path], recipe: Recipe, folder: Path, preset: str, ticket: Ticket
) -> tuple[TrainedModel, Trained]:
    """Train a model and write it into the folder."""
    from core.models.bundle import SUFFIX, save_model
    from core.training.run import train

    model = train(good, held_out, recipe, ticket, folder / "training.checkpoint")
    ticket.check()
    path = folder / f"{model.card.id}{SUFFIX}"
    save_model(model, path)
    unreadable = _unreadable([*good, *held_out], model) if model.card.skipped else {}
    return model, Trained(_record(model, path, preset), model.calibration, model.card.device, unreadable)


def _unreadable(pictures: Iterable[Path], model: TrainedModel) -> dict[Path, Problem]:
    """Return those of the pictures that a training left out as it could not read them."""
    names = tuple(skipped.name for skipped in model.card.skipped)
    found = {}
    for path in pictures:
        if path.as_posix().endswith(names):
            try:
                read_image(path, model.value_range)
            except Problem as problem:
                found[path] = problem
    return found


def adopt_task(path: Path, folder: Path) -> Task:
    """Read a model file, check that it can be used here, and put a copy into `folder`; the result is `Trained`."""

    def task(ticket: Ticket) -> Trained:
        load_torch()
        load_statistics()
        from core.devices import choose_device
        from core.models.bundle import SUFFIX, load_model, save_model

        choice = choose_device("cpu")
        model = load_model(path, choice, ticket)
        if not is_plain_name(model.card.id):  # it names a file here
            raise Problem("The model {path} is damaged.", "Copy it again, or train it anew.", path=path)
        ticket.check()
        copy = folder / f"{model.card.id}{SUFFIX}"
        if not copy.exists():
            save_model(model, copy)
        return Trained(_record(model, copy, ""), model.calibration, choice.text)

    return task


def pace_task(good: Sequence[Sample], recipe: Recipe, threads: int) -> Task:
    """Measure how fast this computer trains; the result is a `Pace`. `threads` as in `use_threads`."""

    def task(ticket: Ticket) -> Pace:
        use_threads(threads)
        from core.training.pace import measure_pace

        return measure_pace(_paths(good), recipe, ticket)

    return task


def _record(model: TrainedModel, path: Path, preset: str) -> ModelRecord:
    card, value_range = model.card, model.value_range
    facts: Mapping[str, Any] = {
        "preset": preset,
        "recipe": dict(card.recipe),
        "backbone": card.backbone,
        "images": len(card.trained_on),
        "held_out": len(card.held_out),
        "skipped": len(card.skipped),
        "notes": [asdict(note) for note in card.notes],
        "seconds": card.seconds,
        "peak_bytes": card.peak_bytes,
        "size_bytes": path.stat().st_size,
        "device": card.device,
        "held_out_hashes": [file.sha256[:HASH_DIGITS] for file in card.held_out],
        "left_out_scores": [image.score for image in card.left_out],
        # Beginnings of the hashes: whatever has been seen by the fit is no evidence, also when its role changes.
        "trained_on": [file.sha256[:HASH_DIGITS] for file in card.trained_on],
        "value_range": None if value_range is None else [value_range.low, value_range.high],
    }
    return ModelRecord(card.id, card.name, card.kind, path, card.created, facts)


def fetch_weights_task(name: str) -> Task:
    """Download a backbone's weights, check and keep them. Only for who has agreed to it."""

    def task(ticket: Ticket) -> None:
        from core.backbones.catalog import backbone
        from core.backbones.weights import load_weights

        load_weights(backbone(name), ticket, allow_download=True)

    return task


def keep_weights_task(name: str, file: Path) -> Task:
    """Check a backbone's weights in a file and keep a copy; the result is its path."""

    def task(ticket: Ticket) -> Path:
        from core.backbones.catalog import backbone
        from core.backbones.weights import keep_weights

        return keep_weights(backbone(name), file, ticket)

    return task


# --- Inspecting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture to inspect, and where its heat map goes."""

    sample: SampleId
    path: Path
    heat_path: Path


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Partial result: one picture was inspected, and its heat map is on disk."""

    sample: SampleId
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Missed:
    """Partial result: one picture could not be inspected, and why, as `Problem.to_text`."""

    sample: SampleId
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceText:
    """Partial result: what the work runs on, for people."""

    text: str


class _Photos:
    """The good photos of the model that was asked why last, with what has been seen of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] = ()
        self._photos: GoodPhotos | None = None

    def get(self, model: TrainedModel, samples: Sequence[Sample]) -> GoodPhotos:
        """Return those of a model, found by the contents of a project's pictures or by name in their folders."""
        from core.inspection.why import GoodPhotos

        wanted = {file.sha256 for file in model.card.trained_on}
        known = {sample.content_hash: sample.path for sample in samples if sample.content_hash in wanted}
        inner = map(Path, dict.fromkeys(os.path.dirname(sample.file) for sample in samples))  # noqa: PTH120 - text
        folders = tuple(dict.fromkeys(place for f in inner for place in (f, *f.parents[:2])))[:FOLDERS]
        with self._lock:
            key = (model, known, folders)
            if self._photos is None or self._key != key:
                self._photos, self._key = GoodPhotos(model, known, folders), key
            return self._photos

    def forget(self) -> None:
        with self._lock:
            self._photos, self._key = None, ()


_photos = _Photos()


class _Loaded:
    """The model used last, so that the next picture does not wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] = ()
        self._inspector: Inspector | None = None
        self._device = ""

    def get(self, path: Path, device: str, engine: str, ticket: Ticket) -> tuple[Inspector, str]:
        from core.backbones.engines import where_computed
        from core.devices import choose_device
        from core.inspection.inspector import Inspector
        from core.models.bundle import load_model

        with self._lock:
            try:
                stamp = path.stat().st_mtime_ns
            except OSError:
                stamp = 0  # load_model says what is wrong
            key = (path, stamp, device, engine)
            if self._inspector is None or self._key != key:
                self._inspector = None  # not two at a time
                choice = choose_device(device, engine)
                model = load_model(path, choice, ticket)
                self._inspector = Inspector(model)
                self._key, self._device = key, where_computed(choice, model.detector.extractor)
            return self._inspector, self._device

    def forget(self) -> None:
        with self._lock:
            self._inspector = None


_loaded = _Loaded()


def forget_models() -> None:
    """Free the memory of the model that inspected last. It waits for a model that is just being loaded."""
    _loaded.forget()
    _photos.forget()


def explain_task(
    model: Path,
    device: str,
    engine: str,
    threads: int,
    path: Path,
    samples: Sequence[Sample],
    spot: tuple[float, float] | None,
) -> Task:
    """Say why a spot (x, y) of a picture is strange, or where it is None, the strongest one.

    Partial results are `Why`, the last one the fullest.

    Parameters
    ----------
    samples
        The project's pictures, among which the good ones that the model learned from are looked for.
    """

    def task(ticket: Ticket) -> None:
        use_threads(threads)
        from core.inspection.why import explain

        inspector, _ = _loaded.get(model, device, engine, ticket)
        for why in explain(inspector.model, path, spot, _photos.get(inspector.model, samples), ticket):
            ticket.partial(why)

    return task


def similar_task(model: Path, device: str, engine: str, threads: int, path: Path, samples: Sequence[Sample]) -> Task:
    """Find the good photo that looks most like a picture.

    The result is its path and its pixels in the size of the picture, or None. `samples` as in `explain_task`.
    """

    def task(ticket: Ticket) -> tuple[Path, UInt8Image] | None:
        use_threads(threads)
        from core.inspection.why import similar

        inspector, _ = _loaded.get(model, device, engine, ticket)
        return similar(path, _photos.get(inspector.model, samples), ticket)

    return task


def inspect_task(model: Path, device: str, engine: str, threads: int, wanted: Sequence[Wanted]) -> Task:
    """Inspect pictures in order; partial results are `DeviceText`, then `Found` or `Missed` for each.

    The first picture goes alone, because somebody waits for it.
    """

    def task(ticket: Ticket) -> None:
        use_threads(threads)
        inspector, text = _loaded.get(model, device, engine, ticket)
        ticket.partial(DeviceText(text))
        for group in (wanted[:1], wanted[1:]):
            by_path = {item.path: item for item in group}
            # Progress over several requests is counted by the session.
            results = inspector.inspect_many([item.path for item in group], ticket, BATCH) if group else ()
            for result in results:
                ticket.partial(_kept(by_path[result.path], result))

    return task


def folder_task(
    model: Path,
    calibration: Calibration,
    device: str,
    engine: str,
    threads: int,
    folder: Path,
    output: Path,
    outputs: Outputs,
    *,
    go_on: bool,
) -> Task:
    """Inspect a folder into files, and with `go_on` what comes into it until it is stopped.

    Partial results are `Watched`, the result is a `Tally`.
    """

    def task(ticket: Ticket) -> Tally:
        use_threads(threads)
        from core.batch.run import inspect_into
        from core.batch.watch import watch

        inspector, _ = _loaded.get(model, device, engine, ticket)
        judge = inspector.model.with_calibration(calibration)
        watched = Watched(Tally())
        for watched in (
            watch(judge, folder, output, ticket, outputs)
            if go_on
            else map(Watched, _told(inspect_into(judge, [folder], output, ticket, outputs)))
        ):
            ticket.partial(watched)
        return watched.tally

    return task


def lighting_task(
    model: Path, calibration: Calibration, device: str, engine: str, threads: int, good: Sequence[Sample]
) -> Task:
    """Score good pictures under changes of light, focus and position; the result is a `Robustness`."""

    def task(ticket: Ticket) -> Robustness:
        use_threads(threads)
        from core.inspection.robustness import robustness

        inspector, _ = _loaded.get(model, device, engine, ticket)
        scoring = ticket.stage("Scoring changed photos", 1.0)
        return robustness(inspector.model.with_calibration(calibration), _paths(good), 0, scoring)

    return task


def arriving_task(folder: Path, known: Sequence[Sample]) -> Task:
    """Look for pictures that come into a folder, until it is stopped; partial results are `Arrived`."""

    def task(ticket: Ticket) -> None:
        from core.batch.watch import arriving

        for arrived in arriving(folder, _paths(known), ticket):
            ticket.partial(arrived)

    return task


def _told(tallies: Iterator[Tally]) -> Iterator[Tally]:
    """Yield at most so many tallies a second as a person can see, and the last one."""
    shown, tally = 0.0, None
    for tally in tallies:
        now = time.monotonic()
        if now - shown >= 1 / TALLIES_A_SECOND:
            shown = now
            yield tally
    if tally is not None:
        yield tally


def _kept(wanted: Wanted, result: Inspection | Unread) -> Found | Missed:
    """Write an inspection's heat map; return what is told about it."""
    if not isinstance(result, Inspection):
        return Missed(wanted.sample, result.problem.to_text())
    write_heat(wanted.heat_path, result.heat)
    return Found(wanted.sample, result)


def use_threads(threads: int) -> None:
    """Load torch and let it use so many threads; 0 leaves it to torch."""
    load_torch()
    from core.devices import set_threads

    set_threads(threads or None)


def device_task(device: str, threads: int) -> Task:
    """Find out what work would run on; the result is a text for people. Loads torch."""

    def task(ticket: Ticket) -> str:
        use_threads(threads)
        from core.devices import choose_device

        return choose_device(device).text

    return task


def write_heat(path: Path, heat: Float32Map) -> None:
    """Keep a heat map (h, w) float32. A reader sees all of it or nothing.

    Raises
    ------
    Problem
        The folder cannot be written or the disk is full.
    """
    with writing(path, durable=False) as part, part.open("wb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(heat, np.float32), allow_pickle=False)


def read_heat(path: Path, placement: Placement) -> Float32Map | None:
    """Read a kept heat map; None where it is gone or is not the map of that frame: it can be made again."""
    try:
        heat = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(heat, np.ndarray) or heat.shape != placement.frame_size or heat.dtype != np.float32:
        return None
    return heat


def view_task(path: Path, value_range: ValueRange | None, heat_path: Path | None, placement: Placement | None) -> Task:
    """Read a picture for the viewer.

    The partial result is the photo (H, W, 3); the result is the kept heat map (h, w), or None. A photo that cannot be
    read ends in its `Problem`.
    """

    def task(ticket: Ticket) -> Float32Map | None:
        photo: UInt8Image = read_image(path, value_range).pixels
        ticket.partial(photo)
        if heat_path is None or placement is None:
            return None
        return read_heat(heat_path, placement)

    return task


# --- Figures ---------------------------------------------------------------------------------------------------------


class Marked(NamedTuple):
    """One labelled picture in the pixel figures; equal ones count equally.

    Attributes
    ----------
    mask
        Painted in the project, or a file; None for a good picture.
    score
        Of the same inspection as the heat map, so that a new map is told from an old one.
    area
        What counts, of what counted when the heat map was made.
    """

    sample: SampleId
    heat_file: str
    placement: Placement
    mask: PackedMask | Path | None
    score: float
    area: Area = EVERYWHERE

    @property
    def heat_path(self) -> Path:
        """Absolute path of the heat map."""
        return Path(self.heat_file)


Stamp = tuple[int, int]  # when the heat map and the mask were written, ns


@dataclass(frozen=True, eq=False, slots=True)
class PixelFigures:
    """Counts over the pixels of labelled pictures.

    Attributes
    ----------
    counted
        What is in `counts`, and from which state of its files.
    curve
        Of `counts`; None where a class is missing.
    """

    counts: PixelCounts
    curve: Curve | None
    counted: Mapping[SampleId, tuple[Marked, Stamp]]


def areas_task(wanted: Sequence[Score], limit: float) -> Task:
    """Find the largest region of inspected pictures at a pixel limit.

    The result are pairs of score and area in image pixels; NaN where the heat map is gone.
    """

    def task(ticket: Ticket) -> list[tuple[Score, float]]:
        found = []
        for done, score in enumerate(wanted):
            ticket.report(done, len(wanted))
            heat = read_heat(score.heat_path, score.placement)
            found.append((score, math.nan if heat is None else largest_area(heat, limit, score.placement)))
        return found

    return task


def evaluate_pixels_task(before: PixelFigures | None, wanted: Sequence[Marked]) -> Task:
    """Count the pixels of labelled pictures; the result is `PixelFigures`.

    Only pictures that differ from `before` are read. Pictures whose heat map or mask is gone are left out.
    """

    def task(ticket: Ticket) -> PixelFigures:
        kept = None if before is None else _without(before, {marked.sample: marked for marked in wanted}, ticket)
        counts, counted = (PixelCounts(), {}) if kept is None else kept
        new = [marked for marked in wanted if marked.sample not in counted]
        for done, marked in enumerate(new):
            ticket.report(done, len(new))
            stamp = _stamp(marked)
            pixels = _pixels(marked)
            if pixels is not None and stamp is not None:
                counts.add(*pixels)
                counted[marked.sample] = (marked, stamp)
        return PixelFigures(counts, counts.curve(), counted)

    return task


def _without(
    before: PixelFigures, wanted: Mapping[SampleId, Marked], ticket: Ticket
) -> tuple[PixelCounts, dict[SampleId, tuple[Marked, Stamp]]] | None:
    """Take out what is no longer wanted; None where it cannot be taken out exactly, because its files have changed."""
    counts, counted = before.counts.copy(), dict(before.counted)
    for sample, (marked, stamp) in before.counted.items():
        if wanted.get(sample) == marked:
            continue
        ticket.check()
        pixels = _pixels(marked)
        if pixels is None or _stamp(marked) != stamp:
            return None
        try:
            counts.subtract(*pixels)
        except ValueError:
            return None
        del counted[sample]
    return counts, counted


def _stamp(marked: Marked) -> Stamp | None:
    try:
        mask = marked.mask.stat().st_mtime_ns if isinstance(marked.mask, Path) else 0
        return marked.heat_path.stat().st_mtime_ns, mask
    except OSError:
        return None


def _pixels(marked: Marked) -> tuple[Float32Map, BoolMask | None, BoolMask] | None:
    """Return heat, mask and covered part in frame pixels, or None where a file is gone or broken."""
    heat = read_heat(marked.heat_path, marked.placement)
    if heat is None or not np.isfinite(heat).all():
        return None
    mask = None
    if marked.mask is not None:
        try:
            mask = marked.placement.mask_to_frame(mask_pixels(marked.mask, marked.placement.image_size))
        except Problem:
            return None
    return heat, mask, marked.placement.inside() & replace(marked.placement, area=marked.area).inside()


# --- Export and demo -------------------------------------------------------------------------------------------------


def export_task(
    model: Path, calibration: Calibration, folder: Path, probes: Sequence[Path], formats: Sequence[str] = ("onnx",)
) -> Task:
    """Write the export bundle with these limits and compare it with the program; the result is `ExportReport`."""

    def task(ticket: Ticket) -> ExportReport:
        load_torch()
        from core.devices import choose_device
        from core.export.onnx import export_bundle
        from core.models.bundle import load_model

        loaded = load_model(model, choose_device("cpu"), ticket)
        return export_bundle(loaded.with_calibration(calibration), folder, probes, ticket, formats)

    return task


def report_task(
    model: Path,
    calibration: Calibration,
    device: str,
    engine: str,
    threads: int,
    labelled: Sequence[tuple[Sample, PackedMask | Path | None]],
    certificate: Certificate | None,
    path: Path,
    language: str,
) -> Task:
    """Measure a model with these limits on labelled pictures, and write the report; the result is its path.

    Those that are held out are told apart.
    """

    def task(ticket: Ticket) -> Path:
        use_threads(threads)
        load_statistics()
        from core.report.evaluated import check_report, write_evaluation
        from core.training.evaluate import Labelled, evaluate

        check_report(path, language)
        inspector, _ = _loaded.get(model, device, engine, ticket)
        judge = inspector.model.with_calibration(calibration)
        tune, held_out = (
            [
                Labelled(one.path, one.label, mask, one.defect_type)
                for one, mask in labelled
                if (one.role is Role.HOLD_OUT) is wanted
            ]
            for wanted in (False, True)
        )
        share = 0.85 * len(held_out) / max(len(labelled), 1)
        evaluation = evaluate(judge, tune, ticket.stage("Evaluating", 0.85 - share))
        proof = evaluate(judge, held_out, ticket.stage("Evaluating", share)) if held_out else None
        telling = ticket.stage("Writing the report", 0.15)
        write_evaluation(path, judge, evaluation, telling, certificate, language, proof)
        return path

    return task


def save_model_task(model: Path, calibration: Calibration, path: Path) -> Task:
    """Write a copy of a model with these limits; the result is its path."""

    def task(ticket: Ticket) -> Path:
        load_torch()
        from core.devices import choose_device
        from core.models.bundle import load_model, save_model

        save_model(load_model(model, choose_device("cpu"), ticket).with_calibration(calibration), path)
        return path

    return task


def demo_task(folder: Path) -> Task:
    """Draw the demo's flanges, the product that the window opens; the result is the folder of their data set."""

    def task(ticket: Ticket) -> Path:
        from core.demo import draw_demo

        return draw_demo(folder, ticket=ticket, products=["flange"])[0]

    return task
