"""The entry point of ``python -m core`` and ``flawsight-cli``."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from core.cli.app import app
from core.cli.console import EXIT_STOPPED


def main() -> None:
    """Run the command line. Exit code 0 on success only, 1 for a problem, 130 when stopped."""
    for stream in (sys.stdout, sys.stderr):
        # File names need not be text, and not every terminal can show every letter.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as end:
        if end.code == EXIT_STOPPED:
            # Who stops it does not wait until Python has taken apart all that torch has made: a second.
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError):
                    stream.flush()
            os._exit(EXIT_STOPPED)
        raise


if __name__ == "__main__":
    main()
