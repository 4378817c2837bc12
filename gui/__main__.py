"""Open the window: `flawsight [PROJECT | MODEL]`, or `python -m gui [PROJECT | MODEL]`.

Nothing of Qt is imported before the system libraries were looked at: Qt ends the process without a usable
message where one is missing.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gui.system import display_trouble

USAGE = "usage: flawsight [PROJECT.flawsight | MODEL.flawmodel]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program until its window closes.

    Parameters
    ----------
    argv
        Arguments without the program's name; None takes them from the command line.

    Returns
    -------
    The exit status: 0, 1 where no window can be opened, 2 for a wrong command line.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in {"-h", "--help"}:
        sys.stdout.write(f"{USAGE}\n")
        return 0
    proving = arguments[:1] == ["--smoke"] and len(arguments) == 2  # what `packaging/smoke.py` runs
    if proving:
        arguments.pop(0)
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        sys.stderr.write(f"{USAGE}\n")
        return 2
    trouble = display_trouble(sys.platform, os.environ)
    if trouble:
        sys.stderr.write(f"flawsight: error: {trouble}\n")
        return 1
    if sys.platform == "win32":
        # On Windows torch's c10.dll does not load any more once Qt's libraries are in the process.
        importlib.import_module("torch")
    if proving:
        from gui.smoke import run as prove

        return prove(Path(arguments[0]))
    from gui.launch import run

    return run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
