"""Files broken on purpose: whatever is opened ends in a result or in a `Problem`, and does nothing else.

python -m tests.fuzz                          # 10,000 broken files for each reader
python -m tests.fuzz --count 500 images csv

No other exception, no file written or removed elsewhere, no program started, no connection, nothing unpickled. The
command also ends a file that takes longer than a minute, and one that takes more than 2 GiB of memory fails.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import load_file
from safetensors.numpy import save as to_safetensors

from core.detectors import registry
from core.detectors.settings import EfficientAdSettings, PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.devices import choose_device
from core.errors import Problem
from core.images.area import Area
from core.images.framing import Framing
from core.images.reading import probe_image, read_image, read_mask, thumbnail
from core.inspection.inspector import Inspector
from core.models.bundle import METADATA_KEY, _fingerprint, load_model, read_calibration, read_card, save_model
from core.progress import silent
from core.project.edits import AddModel, AddSamples, AddScores, SetMarks, SetSettings
from core.project.interchange.files import read_labels
from core.project.masks import PackedMask
from core.project.model import Label, Project, Role, Sample
from core.project.packing import MANIFEST, pack, unpack
from core.project.storage import ProjectFile
from core.training.recipe import Recipe
from core.training.run import train
from tests.projects import CALIBRATION, record, sample, score
from tests.textures import good_part, write_png

SIZE = (40, 60)
HANGS_S = 60
MEMORY_BYTES = 2 << 30
LABEL_FILES = Path(__file__).parent / "core" / "label_files"

Damaged = Callable[[Path, Random], Path]  # writes a broken file and names it
Reader = Callable[[Path], object]

NASTY: list[Any] = [None, True, 0, -1, 1, 255, 2**31, -(2**63), 2**70, 10**400, 0.5, -1e308, float("nan"), float("inf")]
NASTY += [
    "",
    "é",
    "../../outside.png",
    "/etc/passwd",
    "C:\\Windows\\x",
    "a\0b",
    "9" * 5000,
    "\ud800",
    "[" * 3000,
    "{x.__class__}",
]
PLACES = [
    "../out",
    "a/../../out",
    "/tmp/out",
    "C:/out",
    "a\\..\\..\\out",
    "con",
    "a/",
    "./a",
    "a//b",
    "a" * 300,
    "A.PNG ",
]
NASTY += [[], {}, [[]], [None] * 3, {"a": {}}, [[1e308, -1e308]] * 3, [[0, 0], [1e9, 1e9], [0, 5]]]


def nasty(dice: Random) -> Any:
    """Return what nobody would write: of all kinds and sizes."""
    return deepcopy(dice.choice((dice.choice(NASTY), dice.randint(-3, 300), dice.uniform(-1e3, 1e3))))


# --- damage ----------------------------------------------------------------------------------------------------------


def broken_bytes(dice: Random, content: bytes) -> bytes:
    """Flip, cut, insert, repeat or swap for extremes, one to five times, mostly near the beginning."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 5)):
        reach = max(1, min(len(data), dice.choice([40, 400, len(data) + 1])))
        at = dice.randint(0, reach - 1)
        match dice.randint(0, 5):
            case 0:
                data[at : at + 1] = dice.randbytes(1)
            case 1:
                del data[at:]
            case 2:
                data[at:at] = dice.randbytes(dice.randint(0, 9))
            case 3:
                data[at : at + 4] = dice.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"])
            case 4:
                data[at:at] = data[at : at + dice.randint(1, 64)]
            case _:
                del data[at : at + dice.randint(1, 64)]
    return bytes(data)


def broken_tree(dice: Random, content: Any) -> Any:
    """Replace, remove or repeat one to three parts of what JSON can hold."""
    tree = json.loads(json.dumps(content))
    for _ in range(dice.randint(1, 3)):
        holders = list(_holders(tree))
        if not holders:
            return tree
        holder, key = holders[dice.randint(0, len(holders) - 1)]
        match dice.randint(0, 3):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.insert(key, holder[key])
            case _:
                holder[key] = nasty(dice)
    return tree


def _holders(tree: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    for key, value in pairs:
        yield tree, key
        yield from _holders(value)


def as_json(tree: Any) -> bytes:
    return json.dumps(tree).encode("utf-8", "surrogatepass")


# --- readers ---------------------------------------------------------------------------------------------------------


def images(folder: Path) -> tuple[Damaged, Reader]:
    """All formats, all depths; pictures and masks."""
    pixels = good_part(0, SIZE)
    deep = pixels.astype(np.uint16) * 200
    seeds: list[tuple[str, bytes]] = []
    for suffix, values in (
        (".png", pixels),
        (".png", deep),
        (".png", pixels[..., 0]),
        (".tif", deep),
        (".tif", pixels / np.float32(255)),
    ):
        seeds.append((suffix, cv2.imencode(suffix, np.ascontiguousarray(values))[1].tobytes()))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(pixels)
    for suffix, options, kind in (
        (".jpg", {"exif": exif}, picture),
        (".jpg", {"progressive": True}, picture.convert("CMYK")),
        (".png", {}, picture.convert("RGBA")),
        (".png", {}, picture.convert("P")),
        (".bmp", {}, picture),
        (".webp", {}, picture),
        (".tif", {"compression": "tiff_lzw"}, picture),
        (".tif", {"save_all": True, "append_images": [picture]}, picture),
    ):
        stream = io.BytesIO()
        kind.save(stream, Image.registered_extensions()[suffix], **options)
        seeds.append((suffix, stream.getvalue()))

    def damaged(place: Path, dice: Random) -> Path:
        suffix, content = dice.choice(seeds)
        path = place / f"picture{suffix}"
        path.write_bytes(broken_bytes(dice, content))
        return path

    def read(path: Path) -> None:
        for each in (probe_image, read_image, lambda file: thumbnail(file, 16), lambda file: read_mask(file, SIZE)):
            with contextlib.suppress(Problem):
                each(path)

    return damaged, read


def models(folder: Path) -> tuple[Damaged, Reader]:
    """One of each algorithm; facts, arrays and bytes, with the check sums made anew as whoever means harm would."""
    good = [write_png(folder / f"{i}.png", good_part(i)) for i in range(4)]
    kinds = (
        PadimSettings(channels=4),
        PatchCoreSettings(coreset=0.1),
        SimpleNetSettings(passes=1, least_steps=1, hidden=64),
        EfficientAdSettings(training_steps=2),
    )
    seeds = []
    for number, kind in enumerate(kinds):
        recipe = Recipe(kind, Framing((64, 64), area=Area(ignore=(((0.0, 0.0), (0.2, 0.0), (0.2, 0.2)),))))
        path = folder / f"{number}.flawmodel"
        save_model(train(good[:3], good[3:], recipe, silent()), path)
        content = path.read_bytes()
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        seeds.append((content, header, json.loads(header["__metadata__"][METADATA_KEY]), load_file(path)))

    def damaged(place: Path, dice: Random) -> Path:
        content, header, facts, arrays = dice.choice(seeds[: dice.randint(1, len(seeds))])
        path = place / "part.flawmodel"
        match dice.randint(0, 4):
            case 0:
                path.write_bytes(broken_bytes(dice, content))
            case 1:
                told = as_json(broken_tree(dice, header))
                path.write_bytes(
                    len(told).to_bytes(8, "little") + told + content[8 + int.from_bytes(content[:8], "little") :]
                )
            case 2:
                path.write_bytes(
                    to_safetensors(arrays, {METADATA_KEY: as_json(broken_tree(dice, facts)).decode("utf-8", "replace")})
                )
            case _:
                changed = _broken_arrays(dice, arrays)
                told = facts | {"arrays_sha256": _fingerprint(changed)}
                path.write_bytes(to_safetensors(changed, {METADATA_KEY: json.dumps(told)}))
        return path

    # No file brings a network along: the same one serves them all, in PyTorch, which makes no session for it.
    registry.build_extractor = cache_extractors(registry.build_extractor)
    device = choose_device("cpu", "torch")

    def read(path: Path) -> None:
        for each in (read_card, read_calibration):
            with contextlib.suppress(Problem):
                each(path)
        with contextlib.suppress(Problem):
            Inspector(load_model(path, device)).inspect(good[0], silent())

    return damaged, read


def cache_extractors(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return `build`, that takes a backbone and its levels, with a memory."""
    made: dict[Any, Any] = {}

    def cached(name: Any, levels: Any, *arguments: Any, **more: Any) -> Any:
        key = (str(name), str(levels))
        if key not in made:
            made[key] = build(name, levels, *arguments, **more)
        return made[key]

    return cached


def _broken_arrays(dice: Random, arrays: dict[str, Any]) -> dict[str, Any]:
    """Shorten one array, or change its type, its values, its shape or its name."""
    name = dice.choice(sorted(arrays))
    values = arrays[name]
    rest = {other: array for other, array in arrays.items() if other != name}
    match dice.randint(0, 4):
        case 0:
            return rest | {name: values[: dice.randint(0, 3)] if values.ndim else values}
        case 1:
            kinds = [np.int64, np.uint8, np.float16, np.float64, np.bool_]
            return rest | {name: values.astype(dice.choice(kinds))}
        case 2:
            most = 127 if values.dtype.kind in "iu" else 3e38
            return rest | {name: np.full_like(values, dice.choice([-1, 0, most]))}
        case 3:
            return rest | {name: np.ascontiguousarray(values[..., None])}
        case _:
            return rest | {name + "x": values}


def _project(folder: Path) -> ProjectFile:
    """Make a project with a bit of everything."""
    file = ProjectFile.create(folder / "seed.flawsight", "Flange")
    pictures = [sample(i, Label.GOOD, Role.TRAIN, folder) for i in (1, 2)]
    file.do(AddSamples([*pictures, sample(3, Label.DEFECT, folder=folder, size=SIZE, defect_type="scratch")]))
    file.do(AddModel(record(file.project), CALIBRATION))
    file.do(AddScores([score(file.project, 2, 0.3)]))
    file.do(SetSettings({"frame": "256"}))
    file.do(SetMarks({3: PackedMask.of(np.eye(*SIZE, dtype=np.uint8))}, "Brush stroke"))
    return file


def _open_project(path: Path) -> None:
    with contextlib.suppress(Problem):
        opened = ProjectFile.open(path)
        try:
            for mask in opened.project.masks.values():
                with contextlib.suppress(Problem):
                    mask.unpack()
        finally:
            opened.close()


def projects(folder: Path) -> tuple[Damaged, Reader]:
    """A project: bytes, and the cells of its tables."""
    _project(folder).close()
    content = (folder / "seed.flawsight").read_bytes()
    with contextlib.closing(sqlite3.connect(folder / "seed.flawsight")) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        columns = [(table, row[1]) for table in tables for row in connection.execute(f"pragma table_info({table})")]

    def damaged(place: Path, dice: Random) -> Path:
        path = place / "part.flawsight"
        if dice.random() < 0.5:
            path.write_bytes(broken_bytes(dice, content))
            return path
        path.write_bytes(content)
        with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.Error, OverflowError):
            for _ in range(dice.randint(1, 3)):
                table, column = dice.choice(columns)
                value = dice.choice((nasty(dice), dice.randbytes(40)))
                if isinstance(value, list | dict):
                    value = json.dumps(value)
                with contextlib.suppress(UnicodeEncodeError):
                    connection.execute(f"update {table} set {column} = ?", (value,))
            connection.commit()
        return path

    return damaged, _open_project


def archives(folder: Path) -> tuple[Damaged, Reader]:
    """A packed project: bytes at both ends, the manifest, and the files with names, sizes and hashes that fit them."""
    file = _project(folder)
    for one in file.project.samples.values():
        write_png(one.path, good_part(one.id, SIZE))
    model = file.project.models["m1"].path
    model.parent.mkdir(parents=True, exist_ok=True)
    model.write_bytes(b"model")
    source = folder / "seed.zip"
    pack(file.project, source, silent())
    file.close()
    content = source.read_bytes()
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop(MANIFEST))

    def damaged(place: Path, dice: Random) -> Path:
        path = place / "part.zip"
        match dice.randint(0, 3):
            case 0:
                path.write_bytes(broken_bytes(dice, content))
            case 1:  # where a zip file has its table of contents
                tail = dice.randint(1, 1200)
                path.write_bytes(content[:-tail] + broken_bytes(dice, content[-tail:]))
            case 2:
                _zip(path, files, as_json(broken_tree(dice, manifest)), dice)
            case _:
                inner, told = dict(files), deepcopy(manifest)
                name = dice.choice(sorted(inner))
                if dice.random() < 0.5:  # a file of another name
                    other = dice.choice((f"{nasty(dice)}", *PLACES))
                    inner[other], told["files"][other] = inner.pop(name), told["files"].pop(name)
                else:  # or with other contents
                    inner[name] = broken_bytes(dice, inner[name])
                    told["files"][name] = [len(inner[name]), hashlib.sha256(inner[name]).hexdigest()]
                _zip(path, inner, as_json(told), dice)
        return path

    def read(path: Path) -> None:
        new = path.with_name("new")
        with contextlib.suppress(Problem):
            _open_project(unpack(path, new, silent()))
        assert {each.name for each in path.parent.iterdir()} <= {path.name, new.name}
        shutil.rmtree(new, ignore_errors=True)

    return damaged, read


def _zip(path: Path, files: dict[str, bytes], manifest: bytes, dice: Random) -> None:
    """Write a zip file, now and then with links, folders, two files of a name, or bytes that are counted wrong."""
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w") as archive:
        for name, data in [*files.items(), (MANIFEST, manifest)]:
            info = zipfile.ZipInfo(name.encode("utf-8", "replace").decode())
            info.compress_type = dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
            mode = dice.choice((stat.S_IFREG, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO))
            info.external_attr = (mode | 0o777) << 16
            with contextlib.suppress(ValueError):  # a name that no zip file can hold
                archive.writestr(info, data)
                if dice.randint(0, 20) == 0:
                    archive.writestr(info, bytes(10**6))
        for info in archive.filelist:
            if dice.randint(0, 20) == 0:
                setattr(info, *dice.choice((("file_size", 2**40), ("file_size", 1), ("flag_bits", 1), ("CRC", 0))))


def _labels(folder: Path, suffix: str, seeds: list[Any]) -> tuple[Damaged, Reader]:
    names = ["part.png", "other.png", "a/000.png", "b/000.png"]
    paths = [write_png(folder / name, good_part(0, SIZE)) for name in names]
    project = Project(folder / "p.flawsight", "P")
    AddSamples([Sample(number, str(path), size=SIZE) for number, path in enumerate(paths, 1)]).apply(project)

    def damaged(place: Path, dice: Random) -> Path:
        path = place / f"part{suffix}"
        seed = dice.choice(seeds)
        if isinstance(seed, bytes) or dice.randint(0, 3) == 0:
            path.write_bytes(broken_bytes(dice, seed if isinstance(seed, bytes) else as_json(seed)))
        else:
            path.write_bytes(as_json(broken_tree(dice, seed)))
        return path

    def read(path: Path) -> None:
        with contextlib.suppress(Problem):
            found = read_labels(path, list(project.samples.values()), silent())
            found.counts()
            found.edit()

    return damaged, read


def labelme(folder: Path) -> tuple[Damaged, Reader]:
    """Files that labelme wrote."""
    return _labels(
        folder, ".json", [json.loads(path.read_text(encoding="utf-8")) for path in LABEL_FILES.glob("labelme*.json")]
    )


def coco(folder: Path) -> tuple[Damaged, Reader]:
    """A file that pycocotools wrote."""
    return _labels(folder, ".json", [json.loads((LABEL_FILES / "coco.json").read_text(encoding="utf-8"))])


def csv(folder: Path) -> tuple[Damaged, Reader]:
    """Tables with commas, semicolons and tabs."""
    text = (
        'path,label,type,mask\npart.png,good,,\na/000.png,defect,scratch,other.png\n"b/000.png",defect,"dent, deep",\n'
    )
    return _labels(folder, ".csv", [text.replace(",", mark).encode() for mark in ",;\t"])


READERS: dict[str, Callable[[Path], tuple[Damaged, Reader]]] = {
    each.__name__: each for each in (images, models, projects, archives, labelme, coco, csv)
}


# --- what must not happen --------------------------------------------------------------------------------------------

_FORBIDDEN = (
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
    "socket.",
    "pickle.",
    "ctypes.dlopen",
    "webbrowser.",
)
_MOVING = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "shutil.",
)
_HARMLESS = (Path("/dev/null"), Path(":memory:").resolve())
_watched: list[tuple[Path, list[str]]] = []  # the folder that may be written, and what happened besides
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched:
        return
    folder, found = _watched[-1]
    writes = event == "sqlite3.connect" or event.startswith(_MOVING)
    if event == "open":
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        arguments = arguments[:1]
    if event.startswith(_FORBIDDEN) or (
        writes and not all(place.is_relative_to(folder) or place in _HARMLESS for place in _places(arguments))
    ):
        found.append(f"{event} {arguments!r}"[:200])


def _places(arguments: tuple[Any, ...]) -> Iterator[Path]:
    """Yield the files that an event names, wherever links and dots lead; an open folder that they are in comes last."""
    for name in arguments:
        if isinstance(name, str | bytes | os.PathLike):
            place = Path(os.fsdecode(name).removeprefix("file:"))
            if not place.is_absolute() and isinstance(arguments[-1], int) and arguments[-1] >= 0:
                place = Path(f"/proc/self/fd/{arguments[-1]}").readlink() / place
            yield place.resolve()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Fail if the block writes outside of `folder`, starts a program, opens a connection or unpickles."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # for good: Python takes none away
        _hooked = True
    found: list[str] = []
    _watched.append((folder.resolve(), found))
    try:
        yield
    finally:
        _watched.pop()
    assert not found, found


def fuzz(name: str, count: int, folder: Path, each: Callable[[], object] = lambda: None) -> None:
    """Read `count` broken files, always the same ones; `each` is called before every one of them."""
    seeds, place = folder / "seeds", folder / "broken"
    for new in (seeds, place):
        new.mkdir()
    damaged, read = READERS[name](seeds)

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    # One number each: drawing every choice from hypothesis takes longer than reading the file.
    @given(st.integers(0, 2**63))
    def once(seed: int) -> None:
        each()
        path = damaged(place, Random(seed))
        with watched(place):
            read(path)

    once()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", choices=[[], *READERS], default=list(READERS))
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    for name in options.readers or READERS:
        with tempfile.TemporaryDirectory(prefix="flawsight-fuzz-") as folder:
            if sys.platform == "linux":
                import resource

                used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
                resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, resource.RLIM_INFINITY))
            fuzz(name, options.count, Path(folder), lambda: faulthandler.dump_traceback_later(HANGS_S, exit=True))
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.write(f"{name}: {options.count:,} broken files, each a result or a Problem\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
