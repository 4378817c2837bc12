"""What a command says, how far it is, and how it ends."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from core.errors import Problem
from core.progress import Cancelled, Progress, Ticket

EXIT_PROBLEM = 1
EXIT_STOPPED = 130
SECONDS_BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """What all commands understand.

    Attributes
    ----------
    device
        As `core.devices.choose_device` takes it.
    engine
        What computes the backbone's features, likewise.
    seed
        Of everything random.
    threads
        CPU threads; None leaves the choice to PyTorch.
    as_json
        Results as one JSON object on standard output, for machines.
    quiet, verbose
        Less and more on standard error.
    """

    device: str = "auto"
    engine: str = "auto"
    seed: int = 0
    threads: int | None = None
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False


class Job:
    """One run of a command: its ticket and its voice. Results go to standard output, all else to standard error."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.out = Console(file=sys.stdout, soft_wrap=True, highlight=False)
        self.err = Console(file=sys.stderr, soft_wrap=True, highlight=False)
        self._bar: Bar | None = None
        self._said = ("", 0.0)
        self.begun = False  # whether the work has got so far that it looks at its ticket
        self.ticket = Ticket(self._progressed)

    def say(self, text: str) -> None:
        """Tell a person something."""
        if not (self.options.quiet or self.options.as_json):
            self.out.print(text, markup=False)

    def show(self, thing: Any) -> None:
        """Show a table or the like to a person."""
        if not (self.options.quiet or self.options.as_json):
            self.out.print(thing)

    def warn(self, text: str) -> None:
        """Tell about something that should not be missed, whatever the options."""
        self.err.print(f"Warning: {text}", markup=False, style="yellow")

    def detail(self, text: str) -> None:
        """Tell something only with ``--verbose``."""
        if self.options.verbose:
            self.err.print(text, markup=False, style="dim")

    def result(self, record: dict[str, Any]) -> None:
        """Hand the result to a machine, if one asked."""
        if self.options.as_json:
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")

    def _progressed(self, progress: Progress) -> None:
        self.begun = True
        if self.options.quiet:
            return
        turn = progress.turn
        text = progress.stage if turn is None else f"{turn.name}, {turn.number} of {turn.count}: {progress.stage}"
        if self._bar is not None:
            self._bar.update(
                self._bar.task_ids[0], description=text + _time_left(progress), completed=progress.fraction
            )
            return
        before, said = self._said
        now = time.monotonic()
        if progress.stage and (text != before or now - said >= SECONDS_BETWEEN_LINES):
            self._said = (text, now)
            self.err.print(f"{progress.fraction:4.0%}  {text}{_time_left(progress)}", markup=False)

    @contextlib.contextmanager
    def progress_shown(self) -> Iterator[None]:
        """Show one bar on a terminal, and plain lines elsewhere."""
        if not self.err.is_terminal or self.options.quiet or self.options.as_json:
            yield
            return
        bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self.err,
            transient=True,
        )
        with bar:
            bar.add_task("", total=1.0)
            self._bar = bar
            try:
                yield
            finally:
                self._bar = None


def _time_left(progress: Progress) -> str:
    seconds = progress.seconds_left
    if seconds is None or progress.total is None:
        return ""
    return f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {max(seconds, 1):.0f} s left"


@contextlib.contextmanager
def ending_after(minutes: float | None, ticket: Ticket) -> Iterator[None]:
    """Ask the training inside to end with its best state when so many minutes are over; None never does."""
    ticket.begin_training()
    timer = threading.Timer(0.0 if minutes is None else 60.0 * minutes, ticket.stop_early)
    timer.daemon = True
    if minutes is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def running(options: Options) -> Iterator[Job]:
    """Run a command's body: Ctrl-C stops it through its ticket, and a `Problem` becomes a sentence and exit code 1.

    A second Ctrl-C does not wait for the work to look at its ticket, nor does one while libraries are still loaded.
    """
    job = Job(options)

    def stop(number: int, frame: FrameType | None) -> None:
        job.ticket.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if not job.begun:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        with job.progress_shown():
            yield job
    except Problem as problem:
        job.err.print(f"Error: {problem}", markup=False, style="red")
        job.result({"error": str(problem)})
        raise typer.Exit(EXIT_PROBLEM) from problem
    except (Cancelled, KeyboardInterrupt) as error:
        job.err.print("Stopped.", markup=False)
        raise typer.Exit(EXIT_STOPPED) from error
    finally:
        signal.signal(signal.SIGINT, before)


def counted(count: int, noun: str) -> str:
    """Return "1 image" or "2 images"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
