"""Prove that a frozen program is whole: `python packaging/smoke.py [FOLDER]`, `dist/flawsight` if none is given.

Its command line and its window do the main job on the demo parts: train, set limits, inspect, export, compare the
export with the program. Both run with an empty home and nothing of this environment. An exit status other than 0, or a
line on standard error that is not expected, fails.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_S = 1800
WINDOWS = sys.platform == "win32"
EXPECTED = (
    "This plugin does not support propagateSizeHints()",  # Qt without a display, on every shown window
    "Warning: the limits rest on",  # few good parts are held out in the demo; it sets other limits afterwards
)
KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP")  # of this environment
HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


def fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    raise SystemExit(1)


class Frozen:
    """A frozen program with an empty home."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        home.mkdir()
        self._environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._environment |= dict.fromkeys(HOMES, str(home)) | {"LC_ALL": "C.UTF-8"}  # Qt wants UTF-8

    def run(
        self, program: str, *arguments: str, before: tuple[str, ...] = (), status: int = 0, **environment: str
    ) -> str:
        """Run one of the two programs and return what it prints; on failure, on standard error.

        Parameters
        ----------
        before
            A command that takes the program's as its arguments.
        status
            The exit status to expect.
        """
        shown = " ".join((*before, program, *arguments))
        begun = time.monotonic()
        ran = subprocess.run(
            [*before, self._folder / (program + ".exe" * WINDOWS), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self._environment | environment,
            cwd=self._home,
            timeout=LIMIT_S,
            check=False,
        )
        said = [line for line in ran.stderr.splitlines() if line.strip() and not line.startswith(EXPECTED)]
        if ran.returncode != status:
            fail(f"{shown}: exit status {ran.returncode} instead of {status}\n{ran.stderr}")
        if said and status == 0:
            fail(f"{shown}: unexpected on standard error:\n" + "\n".join(said))
        print(f"{time.monotonic() - begun:6.1f} s  {shown}", flush=True)
        return ran.stdout if status == 0 else ran.stderr


def check(true: bool, message: str) -> None:
    if not true:
        fail(message)


def size(folder: Path) -> int:
    """Return how many bytes the files in a folder have, links not counted."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def prove(folder: Path, homes: Path) -> None:
    frozen = Frozen(folder, homes / "terminal")
    frozen.run("flawsight-cli", "--version")
    licences = json.loads(frozen.run("flawsight-cli", "doctor", "--licences", "--json"))["licences"]
    check(len(licences) > 20, "licences are missing")
    well = json.loads(frozen.run("flawsight-cli", "doctor", "--json", "--quiet"))
    check(well["self_test"] == "passed", "the self-test")
    check("not installed" not in well["versions"].values(), f"versions are missing: {well['versions']}")
    done = json.loads(frozen.run("flawsight-cli", "demo", "--output", "demo", "--json", "--quiet"))
    for name in ("report", "model", "table"):
        check(Path(done[name]).stat().st_size > 0, f"{done[name]} is empty")
    check(done["evaluation"]["image_auroc"] > 0.9, f"image AUROC {done['evaluation']['image_auroc']}")
    parts, model = str(Path(done["images"]) / "flange"), done["model"]
    frozen.run("flawsight-cli", "evaluate", model, parts, "--report", "report.pdf", "--quiet")
    check((homes / "terminal" / "report.pdf").read_bytes().startswith(b"%PDF"), "the report is no PDF")
    frozen.run("flawsight-cli", "export", model, "--format", "torch", "--probes", parts, "--output", "line", "--quiet")

    for name, before, environment in screens():
        told = Frozen(folder, homes / name).run("flawsight", "--smoke", "line", before=before, **environment)
        check(WINDOWS or "compared with the export" in told, f"the window said: {told!r}")
        check((homes / name / "line" / "model.onnx").stat().st_size > 100_000, "the exported model is too small")
    if sys.platform == "linux":
        told = frozen.run("flawsight", status=1)
        check("there is no display here" in told, f"without a display it said: {told!r}")


def screens() -> list[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Return where to open the window: a name, the command before it, the environment."""
    found: list[tuple[str, tuple[str, ...], dict[str, str]]] = [("offscreen", (), {"QT_QPA_PLATFORM": "offscreen"})]
    if shutil.which("xvfb-run"):
        found.append(("x11", ("xvfb-run", "--auto-servernum"), {}))
    return found


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist/flawsight").absolute()
    if not folder.is_dir():
        fail(f"{folder} is not there; make it first: make freeze")
    print(f"{size(folder) / 1e6:.0f} MB in {folder}")
    with tempfile.TemporaryDirectory(prefix="flawsight-smoke-") as homes:
        prove(folder, Path(homes))
    print("The frozen program is whole.")


if __name__ == "__main__":
    main()
