"""What goes into the frozen program, without freezing it. `make freeze smoke` does that."""

import ast
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "packaging" / "flawsight.spec").read_text(encoding="utf-8")
TOOLS = ("cc", "nm", "objdump")


def never_imported():
    (value,) = (
        node.value
        for node in ast.parse(SPEC).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "NEVER_IMPORTED"
    )
    return ast.literal_eval(value).split()


def compiled(path, code, *linked):
    path.parent.mkdir(parents=True, exist_ok=True)
    source = path.with_suffix(".c")
    source.write_text(code, encoding="utf-8")
    where = [f"-Wl,-rpath,$ORIGIN/{os.path.relpath(library.parent, path.parent)}" for library in linked]
    script = path.with_suffix(".map")
    script.write_text(f"{path.name} {{ *; }};", encoding="utf-8")  # with versions, as NVIDIA's have them
    options = ["-shared", "-fPIC", "-Wl,-z,now", f"-Wl,-soname,{path.name}", f"-Wl,--version-script={script}"]
    subprocess.run(["cc", *options, *where, source, *linked, "-o", path], check=True)
    return path


@pytest.mark.skipif(sys.platform != "linux" or not all(map(shutil.which, TOOLS)), reason="a C compiler on Linux")
def test_a_torch_made_for_cuda_loads_with_stand_ins_for_nvidias_libraries(tmp_path):
    here = tmp_path / "here"
    big = compiled(here / "nvidia/big/lib/libbig.so.1", "int big(void) { return 7; } int more(void) { return 8; }")
    small = compiled(here / "nvidia/small/lib/libsmall.so.1", "int small(void) { return 5; }")
    alone = compiled(here / "nvidia/alone/lib/libalone.so.1", "int alone(void) { return 3; }")
    cuda = compiled(here / "torch/lib/libtorch_cuda.so", "int big(void); int cuda(void) { return big(); }", big)
    linalg = compiled(
        here / "torch/lib/libtorch_cuda_linalg.so", "int cuda(void); int l(void) { return cuda(); }", cuda
    )
    code = "int cuda(void); int small(void); int on_gpu(void) { return cuda(); } int on_cpu(void) { return small(); }"
    torch = compiled(here / "torch/_C.so", code, cuda, small)
    qt = compiled(here / "PySide6/Qt/lib/libQt6EglFS.so.6", "int eglfs(void) { return 1; }")
    plugin = compiled(
        here / "PySide6/Qt/plugins/platforms/libqeglfs.so", "int eglfs(void); int e(void) {return eglfs();}", qt
    )
    kinds = {torch: "EXTENSION"}
    collected = [
        (str(path.relative_to(here)), str(path), kinds.get(path, "BINARY"))
        for path in (big, small, alone, cuda, linalg, torch, qt, plugin)
    ]
    links = [(path.name, str(path.relative_to(here)), "SYMLINK") for path in (big, alone)]

    libraries = runpy.run_path(str(ROOT / "packaging" / "libraries.py"))
    kept = libraries["weeded"]([*collected, *links], tmp_path / "made")
    real = {Path(place).name for place, source, _ in kept if Path(source).is_relative_to(here)}
    assert real == {"_C.so", "libtorch_cuda.so", "libsmall.so.1"}
    assert {place for place, _, kind in kept if kind == "SYMLINK"} == {"libbig.so.1"}

    there = tmp_path / "there"
    for place, source, kind in kept:
        if kind != "SYMLINK":
            (there / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, there / place)
    shutil.rmtree(here)
    code = f"import ctypes, sys; print(ctypes.CDLL({str(there / 'torch/_C.so')!r}).{{}}())"
    ran = subprocess.run([sys.executable, "-c", code.format("on_cpu")], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("5\n", "")
    ran = subprocess.run([sys.executable, "-c", code.format("on_gpu")], capture_output=True, check=False)
    assert ran.returncode == -6  # SIGABRT


@pytest.mark.slow
def test_the_program_works_without_what_the_package_leaves_out():
    code = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        f"left_out = {never_imported()!r}\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if not any(name == one or name.startswith(one + '.') for one in left_out):\n"
        "            return PathFinder.find_spec(name, path, target)\n"
        "sys.meta_path[sys.meta_path.index(PathFinder)] = Finder()\n"
        "from core.__main__ import main\n"
        "sys.argv = ['flawsight-cli', 'doctor', '--quiet']\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=600, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.slow
def test_the_window_proves_itself(tmp_path):
    """What `packaging/smoke.py` does with the frozen program, from the sources."""
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(tmp_path / "home"))
    ran = subprocess.run(
        [sys.executable, "-m", "gui", "--smoke", str(tmp_path / "export")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | homes | {"QT_QPA_PLATFORM": "offscreen"},
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "compared with the export" in ran.stdout
    assert (tmp_path / "export" / "model.onnx").exists()
