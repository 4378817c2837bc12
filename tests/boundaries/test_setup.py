"""What a fresh machine is told when it lacks something."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, code=None):
    command = [sys.executable, *arguments] if code is None else [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_a_wrong_python_is_told_in_a_sentence(tmp_path):
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 1); "
        f"sys.argv = ['setup', {str(tmp_path / 'env')!r}]; "
        "runpy.run_path('packaging/setup_environment.py', run_name='__main__')"
    )
    ran = run(code=code)
    assert ran.returncode == 1
    assert "needs Python 3.11" in ran.stderr
    assert "make PYTHON=" in ran.stderr
    assert not (tmp_path / "env").exists()


def test_a_full_disk_is_told_before_anything_is_written(tmp_path):
    code = (
        "import runpy, shutil, sys; "
        "shutil.disk_usage = lambda path: type('Usage', (), {'free': 1024**3})(); "
        f"sys.argv = ['setup', {str(tmp_path / 'env')!r}]; "
        "runpy.run_path('packaging/setup_environment.py', run_name='__main__')"
    )
    ran = run(code=code)
    assert ran.returncode == 1
    assert "1.0 GiB free" in ran.stderr
    assert "make VENV=" in ran.stderr
    assert not (tmp_path / "env").exists()


def test_a_missing_library_is_named_with_its_package():
    code = (
        "import ctypes, os, runpy, sys\n"
        "def refuse(name):\n"
        "    raise OSError(name)\n"
        "ctypes.CDLL = refuse\n"
        "sys.platform = 'linux'\n"
        "os.environ.update(DISPLAY=':7', QT_QPA_PLATFORM='xcb')\n"
        "runpy.run_module('gui.system', run_name='__main__')\n"
    )
    ran = run(code=code)
    assert ran.returncode == 1
    assert "apt-get install" in ran.stderr
    assert "libxcb-cursor0" in ran.stderr
