"""The core is a complete program without a window."""

import subprocess
import sys

BLOCKED = """
import sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "gui"}:
            raise ImportError(f"{name} is out of bounds for core")

sys.meta_path.insert(0, NoQt())
sys.argv = ["flawsight-cli", *sys.argv[1:]]
from core.__main__ import main
main()
"""


def test_the_command_line_needs_no_qt():
    ran = subprocess.run(
        [sys.executable, "-c", BLOCKED, "--help"], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    for command in ("train", "inspect", "evaluate", "tune", "export", "demo", "doctor"):
        assert command in ran.stdout
