"""Files that ship with the program."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent


def locate(name: str) -> Path:
    """Return the path of a shipped file, such as ``"icons/data.svg"``.

    Raises
    ------
    FileNotFoundError
        The file does not ship with the program: a packaging error, not a user's.
    """
    path = ROOT / name
    if not path.exists():
        raise FileNotFoundError(f"resource {name!r} is missing from {ROOT}")
    return path
