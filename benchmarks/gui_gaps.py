"""How long the window does not answer while a model is trained: a 10 ms timer in the real window, on the demo data.

Beside each gap by the clock stands how long the window's thread computed in it (its CPU time). What other programs do
on the computer lengthens the first and leaves the second as it is; waiting for the drive, or for another thread of the
program that holds Python's lock, shows in the first alone.

Run: python -m benchmarks.gui_gaps.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TICK_MS = 10
LIMIT_MS = 50.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", default="patchcore")
    parser.add_argument("--preset", default="fast")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = name
        run(Path(name), asked.kind, asked.preset)


def run(folder: Path, kind: str, preset: str) -> None:
    """Train on the first demo product with the Train page in sight, and print the gaps between the timer's ticks."""
    from PySide6.QtCore import Qt, QTimer

    from core.demo import draw_demo
    from gui.launch import open_window

    products = draw_demo(folder / "parts")
    app, window = open_window([])
    session = window.session
    session.new_project(folder / "Flange.flawsight", "Flange")
    session.add_folder(products[0])
    window.show_page("train")
    window.train.choose_kind(kind)
    window.train.choose_preset(preset)

    def idle(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            app.processEvents()
            time.sleep(0.002)

    def finish(job: str) -> None:
        while (known := session.job(job)) is None or known.active:
            idle(0.05)

    finish("discover")
    finish("pace")  # torch is loaded with it
    idle(1.0)

    last = (time.perf_counter(), time.thread_time())
    gaps: list[tuple[float, float]] = []
    stages: list[str] = []

    def on_tick() -> None:
        nonlocal last
        now = (time.perf_counter(), time.thread_time())
        gaps.append((1000 * (now[0] - last[0]), 1000 * (now[1] - last[1])))
        progress = getattr(session.job("train"), "progress", None)
        stages.append(progress.stage if progress is not None else "")
        last = now
        job = session.job("train")
        if job is not None and not job.active and all(not known.active for known in window._jobs.values()):
            app.quit()

    timer = QTimer(window, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(on_tick)
    QTimer.singleShot(0, window, window.train.start)
    begun = time.perf_counter()
    timer.start()
    app.exec()
    timer.stop()
    found = np.array(gaps)
    seconds = time.perf_counter() - begun
    print(f"{kind}, {preset}: trained and inspected in {seconds:.1f} s, {len(found):,} ticks of {TICK_MS} ms")
    for name, column in (("clock", found[:, 0]), ("computing", found[:, 1])):
        print(
            f"{name:>9}: longest {column.max():.0f} ms, 99 % under {np.percentile(column, 99):.0f} ms, "
            f"{np.count_nonzero(column > LIMIT_MS)} over {LIMIT_MS:g} ms"
        )
    for place in sorted({*np.argsort(found[:, 0])[-4:], *np.argsort(found[:, 1])[-4:]}):
        clock, computing = found[place]
        print(f"  {clock:.0f} ms, {computing:.0f} of them computing, while: {stages[place] or 'starting'}")
    window.close()
    window.dispose()


if __name__ == "__main__":
    main()
