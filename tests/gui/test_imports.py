"""Machine code that is loaded ahead of an import: what the window waits for otherwise."""

import subprocess
import sys

import pytest

from gui.jobs.imports import MACHINE_CODE

LOAD = """
import sys
from gui.jobs.imports import load_machine_code
files = load_machine_code(sys.argv[1])
assert files, "no such file in the package"
assert sys.argv[1] not in sys.modules
mapped = open("/proc/self/maps").read()
assert all(str(file.resolve()) in mapped for file in files)
__import__(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("package", MACHINE_CODE)
def test_machine_code_is_there_before_the_import(package):
    subprocess.run([sys.executable, "-c", LOAD, package], check=True)
