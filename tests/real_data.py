"""Where the real inspection images lie, for the tests that want them. They are no part of the project."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("FLAWSIGHT_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
needs_real_data = pytest.mark.skipif(not FOLDER.is_dir(), reason="FLAWSIGHT_DATA names no folder of real images")
