"""The entry point of ``python -m core`` and ``flawsight-cli``."""

from __future__ import annotations

import io
import sys

from core.cli.app import app


def main() -> None:
    """Run the command line. Exit code 0 on success only, 1 for a problem, 130 when stopped."""
    for stream in (sys.stdout, sys.stderr):
        # File names need not be text, and not every terminal can show every letter.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
