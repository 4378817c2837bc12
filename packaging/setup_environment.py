"""Make the program's environment: `python packaging/setup_environment.py FOLDER [EXTRAS]`, such as `dev,package`.

Runs on the system's own Python, before anything is installed, so it uses the standard library only. Every
way in which it can fail ends in a sentence and the command that mends it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 14)
NEEDED_BYTES = 8 * 1024**3  # torch with its CUDA libraries, unpacked, and pip's download beside it


def stop(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    raise SystemExit(1)


def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            f"Flawsight needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}, this is {found}.\n"
            "  Install one (Debian: apt-get install python3 python3-venv) and name it: make PYTHON=/path/to/python3"
        )


def check_space(folder: Path) -> None:
    parent = next(path for path in folder.resolve().parents if path.exists())
    free = shutil.disk_usage(parent).free
    if free < NEEDED_BYTES:
        stop(
            f"{parent} has {free / 1024**3:.1f} GiB free; installing needs {NEEDED_BYTES // 1024**3} GiB.\n"
            "  Free some space, or put the environment elsewhere: make VENV=/another/disk/flawsight"
        )


def make(folder: Path) -> Path:
    """Make the virtual environment and return its interpreter."""
    if uv := shutil.which("uv"):
        if not (folder / "pyvenv.cfg").exists():
            subprocess.run([uv, "venv", "--python", sys.executable, str(folder)], check=True)
    else:
        try:
            import ensurepip  # noqa: F401 - Debian splits it off
        except ImportError:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            stop(f"this Python cannot make environments.\n  Debian: apt-get install python{version}-venv")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install(python: Path, extras: str) -> None:
    wanted = ["-e", f".[{extras}]"]
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--python", str(python), *wanted]
    else:
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", *wanted]
    print("Installing what Flawsight needs (about 6.4 GB with torch, a few minutes) ...", flush=True)
    subprocess.run(command, check=True)


def main() -> None:
    if len(sys.argv) not in (2, 3):
        stop("usage: python packaging/setup_environment.py FOLDER [EXTRAS]")
    folder, extras = Path(sys.argv[1]), (sys.argv[2:] or ["dev"])[0]
    check_python()
    if not (folder / ".installed").exists():
        check_space(folder)
    try:
        install(make(folder), extras)
    except subprocess.CalledProcessError as failed:
        stop(
            f"installing ended with exit code {failed.returncode} (its own message stands above).\n"
            "  Check the network or the package index, then run the same command again; it goes on where it stopped."
        )
    except OSError as failed:
        stop(f"the environment cannot be made in {folder}: {failed.strerror}.\n  Try: make VENV=/another/folder")
    (folder / ".installed").touch()


if __name__ == "__main__":
    main()
