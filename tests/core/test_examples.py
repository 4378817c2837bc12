"""The programs in the bundle: each is run on photos and says what this program says of them."""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from PIL import Image

from core.detectors.settings import PadimSettings
from core.export.onnx import export_bundle
from core.images.area import Area
from core.images.framing import Framing
from core.images.reading import read_image
from core.inspection.inspector import Inspector
from core.progress import silent
from core.scoring.regions import regions
from core.scoring.thresholds import Threshold
from core.training.recipe import Recipe
from core.training.run import train
from resources import locate
from tests.textures import flawed_part, good_part, write_png

SAID = re.compile(
    r"(.+): (OK|NG|REVIEW), score (\S+) \(normalised (\S+)\), largest region (\S+) pixels at (\d+), (\d+)"
)
ROOT = Path(__file__).resolve().parents[2]
STAND_IN = ROOT / "tests" / "consumers" / "OnnxRuntime.cs"
# ONNX Runtime's own C# sources, which `.ci/run` fetches: npm's package com.github.asus4.onnxruntime, folder Runtime.
SOURCES = Path(os.environ.get("ONNXRUNTIME_CSHARP", ROOT / "build" / "onnxruntime-csharp"))
# Mono's compiler knows C# 7 in parts. None of these changes what the sources do, but for objects freed later.
FOR_MONO = (
    (r" is null\b", " == null"),
    (r"if \((\S+) is not (\w+)\)", r"if (!(\1 is \2))"),
    (r"\bstatic (ptr =>)", r"\1"),
    (r"\busing var\b", "var"),
    (r": unmanaged\b", ": struct"),
    (r"(DisposableList<OrtValue>) (\w+) = new\(", r"\1 \2 = new \1("),
    (r"(?m)^(\s*)(\S+)\.Span\[(\w+)\] = (.*);", r"\1{ var span = \2.Span; span[\3] = \4; }"),
    (r"(?m)^(\s*)(\w+\[0\]) = (\w+\[1\]) = (\w+);", r"\1\2 = \4; \3 = \4;"),
)
CORNER = Area(ignore=(((0.0, 0.0), (0.25, 0.0), (0.25, 0.2), (0.0, 0.2)),))


@dataclass
class Case:
    """A bundle, photos, and what the program itself finds on them."""

    model: object
    folder: Path
    photos: list[Path]

    def expected(self):
        """Return one (verdict, score, normalised score, area, x, y) a photo."""
        calibration = self.model.calibration
        found = []
        for path in self.photos:
            own = Inspector(self.model).inspect(path, silent())
            areas = regions(own.heat, calibration.pixel.value, own.placement)
            largest = max(areas, key=lambda region: region.area) if areas else None
            place = (largest.area, *largest.box[:2]) if largest else (0.0, 0, 0)
            found.append((str(own.verdict(calibration)), own.score, calibration.image_unit(own.score), *place))
        return found


def colour_case(folder, fit, decides):
    """Photos of 8 bits, upright and turned, with a frame that keeps proportions or not."""
    good = [write_png(folder / f"good-{i}.png", good_part(i, (90, 120))) for i in range(8)]
    bad = [
        write_png(folder / f"bad-{i}.png", flawed_part(40 + i, [(90, 120), (131, 77), (64, 300)][i])[0])
        for i in range(3)
    ]
    turned = folder / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(flawed_part(50, (90, 120))[0]).save(turned, quality=98, subsampling=0, exif=exif)
    grey = write_png(folder / "grey é.png", flawed_part(51)[0][..., 0])
    model = train(good[:6], good[6:], Recipe(PadimSettings(channels=12), Framing((64, 96), fit, CORNER)), silent())
    return exported(model, decides, folder, [*good[5:], *bad, turned, grey])


def deep_case(folder):
    """Grey photos of 16 bits that use 12 of them, and one in a TIFF file."""

    def deep(path, pixels):
        done, encoded = cv2.imencode(path.suffix, pixels[..., 0].astype(np.uint16) * 16)
        assert done
        path.write_bytes(encoded.tobytes())
        return path

    good = [deep(folder / f"good-{i}.png", good_part(i)) for i in range(8)]
    bad = [deep(folder / f"bad{end}", flawed_part(60 + i)[0]) for i, end in enumerate((".png", ".tif"))]
    model = train(good[:6], good[6:], Recipe(PadimSettings(channels=12), Framing((64, 64))), silent())
    assert model.value_range.high == 4095.0
    return exported(model, "score", folder, [*good[6:], *bad])


def exported(model, decides, folder, photos):
    """Set limits so that all three verdicts occur, and export."""
    scores = sorted(Inspector(model).inspect(path, silent()).score for path in photos)
    limit, review = (scores[-2] + scores[-1]) / 2, (scores[1] + scores[2]) / 2
    heats = [Inspector(model).inspect(path, silent()).heat for path in photos]
    pixel = Threshold(float(np.quantile(np.stack([np.quantile(heat, 0.95) for heat in heats]), 0.5)))
    least = 0.0 if decides == "score" else 400.0
    tuned = replace(
        model.calibration,
        image=Threshold(limit),
        review=Threshold(review),
        pixel=pixel,
        decides=decides,
        min_area=least,
    )
    case = Case(model.with_calibration(tuned), folder / "bundle", photos)
    export_bundle(case.model, case.folder, photos, silent())
    return case


@pytest.fixture(scope="module", params=["stretch-score", "letterbox-region", "letterbox-both", "deep"])
def case(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    case = deep_case(folder) if request.param == "deep" else colour_case(folder, *request.param.split("-"))
    assert {each[0] for each in case.expected()} >= {"OK", "NG"}
    return case


def started(command, folder):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=folder, check=False)


def run(command, folder, photos):
    """Run a program on photos and return what it says of each, as `Case.expected` has it."""
    done = subprocess.run(
        [*map(str, command), *map(str, photos)], capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    said = [SAID.fullmatch(line) for line in done.stdout.splitlines()]
    assert [each[1] for each in said] == [str(path) for path in photos]
    return [(each[2], *(float(value) for value in each.groups()[2:])) for each in said]


def check(case, said):
    for path, own, theirs in zip(case.photos, case.expected(), said, strict=True):
        # Another decoder of JPEG may be off by a level.
        tolerance = 2e-2 if path.suffix == ".jpg" else 1e-4
        assert theirs[0] == own[0]
        np.testing.assert_allclose(theirs[1:3], own[1:3], rtol=tolerance, atol=tolerance)
        if path.suffix != ".jpg":
            np.testing.assert_allclose(theirs[3:], own[3:], atol=0.06)


def check_overlays(case, folder):
    """Red where the region is, the photo where it is not."""
    marked = 0
    for path, (*_, area, _, _) in zip(case.photos, case.expected(), strict=True):
        overlay = read_image(folder / f"{path.name}.overlay.png").pixels.astype(int)
        photo = read_image(path, case.model.value_range).pixels.astype(int)
        assert overlay.shape == photo.shape
        red = (overlay != photo).any(axis=2) if path.suffix != ".jpg" else overlay[..., 0] > photo[..., 0] + 30
        assert red.sum() >= 0.8 * area
        assert area > 0 or not red.any()
        marked += red.sum()
    assert marked


def test_python(case, tmp_path):
    check(case, run([sys.executable, case.folder / "example.py"], tmp_path, case.photos))
    check_overlays(case, tmp_path)


def test_python_needs_no_more_than_it_says():
    tree = ast.parse(locate("export/example.py").read_text(encoding="utf-8"))
    names = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    outside = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert outside == {"numpy", "onnxruntime", "PIL"}


def test_python_lays_alpha_over_black(case, tmp_path):
    if case.model.value_range is not None:
        pytest.skip("photos of 16 bits")
    pixels = np.dstack([flawed_part(70)[0], np.full((96, 96), 255, np.uint8)])
    pixels[:20, :, 3] = 90
    pixels[20:30, :, 3] = 0
    half = replace(case, photos=[tmp_path / "half.png", tmp_path / "unfilled.png"])
    Image.fromarray(pixels).save(half.photos[0])
    Image.fromarray(np.dstack([pixels[..., :3], np.zeros((96, 96), np.uint8)])).save(half.photos[1])
    check(half, run([sys.executable, case.folder / "example.py"], tmp_path, half.photos))


def test_python_goes_on_after_a_broken_photo_and_says_what_it_wrote(case, tmp_path):
    done, encoded = cv2.imencode(".jpg", flawed_part(1)[0])
    assert done
    (tmp_path / "cut off.jpg").write_bytes(encoded.tobytes()[: len(encoded) // 2])
    (tmp_path / "text.png").write_text("nothing")
    bad = ["cut off.jpg", "text.png", "gone.png"]
    done = started([sys.executable, case.folder / "example.py", *bad, case.photos[0]], tmp_path)
    assert done.returncode == 1
    *told, written = done.stderr.splitlines()
    assert [line.split(":")[0] for line in told] == bad
    assert written == f"Wrote 1 of 4 overlays, NAME.overlay.png, into {tmp_path}"
    assert len(done.stdout.splitlines()) == 1
    assert [path.name for path in tmp_path.glob("*.overlay.png")] == [f"{case.photos[0].name}.overlay.png"]
    done = started([sys.executable, case.folder / "example.py"], tmp_path)
    assert done.returncode == 2
    assert "example.py PHOTO..." in done.stdout


def test_python_refuses_what_it_would_read_wrongly(case, tmp_path):
    done, encoded = cv2.imencode(".png", flawed_part(1)[0].astype(np.uint16) * 200)
    assert done
    (tmp_path / "deep colour.png").write_bytes(encoded.tobytes())
    done = started([sys.executable, case.folder / "example.py", "deep colour.png"], tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("deep colour.png: Pillow keeps 8 bits")


@pytest.fixture(scope="module")
def cpp(tmp_path_factory):
    """The C++ example, built against the ONNX Runtime that Python uses."""
    headers = Path(os.environ.get("ONNXRUNTIME_INCLUDE", "/usr/include/onnxruntime"))
    libraries = list(Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"))
    needed = {
        "a C++ compiler": shutil.which("g++"),
        "ONNX Runtime's headers (ONNXRUNTIME_INCLUDE)": (headers / "onnxruntime_cxx_api.h").exists(),
        "OpenCV's headers": Path("/usr/include/opencv4/opencv2/imgcodecs.hpp").exists(),
        "the runtime's library": libraries,
    }
    if missing := [name for name, there in needed.items() if not there]:
        pytest.skip(f"not here: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("cpp")
    for name in ("libonnxruntime.so", "libonnxruntime.so.1"):
        (folder / name).symlink_to(libraries[0])
    source = locate("export/example.cpp")
    command = ["g++", "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", source, "-o", folder / "example"]
    command += ["-isystem", headers, "-isystem", "/usr/include/opencv4", "-L", folder, f"-Wl,-rpath,{folder}"]
    command += ["-lonnxruntime", "-lopencv_imgcodecs", "-lopencv_imgproc", "-lopencv_core"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "example"


def test_cpp(cpp, case, tmp_path):
    check(case, run([cpp, case.folder / "model.onnx"], tmp_path, case.photos))
    check_overlays(case, tmp_path)


def test_cpp_says_what_is_wrong(cpp, case, tmp_path):
    (tmp_path / "text.png").write_text("no photo")
    for photo in ("text.png", "nowhere.png"):
        done = started([cpp, case.folder / "model.onnx", photo], tmp_path)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == f"{photo}: this is no photo that can be read"


@pytest.fixture(scope="module")
def csharp(tmp_path_factory):
    """The C# example with a stand-in for its runtime: `tests/consumers`."""
    if not (shutil.which("mcs") and shutil.which("mono")):
        pytest.skip("not here: Mono and its C# compiler")
    program = tmp_path_factory.mktemp("cs") / "Example.exe"
    command = ["mcs", "-warnaserror", "-r:System.Drawing", f"-out:{program}", locate("export/example.cs"), STAND_IN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return program


def test_csharp(csharp, case, tmp_path):
    if case.model.value_range is not None:
        pytest.skip("it reads photos of 8 bits")
    session = onnxruntime.InferenceSession(case.folder / "model.onnx", providers=["CPUExecutionProvider"])
    lines = [f"{key}\t{value}" for key, value in session.get_modelmeta().custom_metadata_map.items()] + [""]
    inputs = []
    for path in case.photos:
        pixels = read_image(path).pixels.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
        unit, label, _, mask, score, _ = session.run(None, {"input": pixels})
        lines += [
            f"{float(unit[0])!r}",
            f"{float(score[0])!r}",
            f"{int(label[0])}",
            " ".join(map(str, mask.ravel().astype(int))),
        ]
        inputs.append(pixels.ravel())
    (tmp_path / "recorded.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    check(case, run(["mono", csharp, case.folder / "model.onnx"], tmp_path, case.photos))
    check_overlays(case, tmp_path)
    for index, (path, own) in enumerate(zip(case.photos, inputs, strict=True)):
        theirs = np.fromfile(tmp_path / f"input-{index}.bin", np.float32)
        np.testing.assert_allclose(theirs, own, atol=2.5 / 255 if path.suffix == ".jpg" else 1e-6)


@pytest.fixture(scope="module")
def whole_csharp(tmp_path_factory):
    """The C# example built with ONNX Runtime's own sources, beside the library that Python uses."""
    libraries = list(Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"))
    needed = {
        "Mono and its C# compiler": shutil.which("mcs") and shutil.which("mono"),
        "ONNX Runtime's C# sources (ONNXRUNTIME_CSHARP)": list(SOURCES.glob("InferenceSession*.cs")),
        "the runtime's library": libraries,
    }
    if missing := [name for name, there in needed.items() if not there]:
        pytest.skip(f"not here: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("cs-whole")
    sources = [path for path in SOURCES.rglob("*.cs") if path.parent.name != "Training"]
    for number, path in enumerate(sources):
        text = path.read_text(encoding="utf-8-sig")
        for newer, older in FOR_MONO:
            text = re.sub(newer, older, text)
        sources[number] = folder / f"{number}-{path.name}"
        sources[number].write_text(text, encoding="utf-8")
    library, program = folder / "Microsoft.ML.OnnxRuntime.dll", folder / "Example.exe"
    options = ["-unsafe", "-target:library", "-langversion:latest", "-d:NETSTANDARD2_0", "-nowarn:219,1591"]
    for command in (
        ["mcs", *options, f"-out:{library}", *sources],
        ["mcs", "-warnaserror", "-r:System.Drawing", f"-r:{library}", f"-out:{program}", locate("export/example.cs")],
    ):
        done = started(command, folder)
        assert done.returncode == 0, done.stdout + done.stderr
    (folder / "libonnxruntime.so").symlink_to(libraries[0])
    return program


def test_csharp_with_the_runtime_itself(whole_csharp, case, tmp_path, monkeypatch):
    if case.model.value_range is not None:
        pytest.skip("it reads photos of 8 bits")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(whole_csharp.parent))
    check(case, run(["mono", whole_csharp, case.folder / "model.onnx"], tmp_path, case.photos))
    check_overlays(case, tmp_path)


def test_csharp_reads_grey_photos_of_all_kinds(whole_csharp, case, tmp_path, monkeypatch):
    if case.model.value_range is not None:
        pytest.skip("it reads photos of 8 bits")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(whole_csharp.parent))
    grey = Image.fromarray(flawed_part(80)[0]).convert("L")
    photos = [tmp_path / name for name in ("grey.jpg", "palette.png", "grey.bmp")]
    for path, kind in zip(photos, ("L", "P", "L"), strict=True):
        grey.convert(kind).save(path)
    some = replace(case, photos=photos)
    check(some, run(["mono", whole_csharp, case.folder / "model.onnx"], tmp_path, photos))
