"""Train and evaluate every algorithm on every real set, print the table of docs/results.md.

    python benchmarks/results.py [--sets NAME ...] [--algorithms NAME ...] [--preset NAME] [--seeds N ...]
                                 [--max-minutes N] [--json FILE]

The sets are found through FLAWSIGHT_DATA (default ../shared/data). Each step is the command line itself in a process
of its own, so that seconds and peak memory are those a user sees. A seed draws which good images are held out of the
fit and all that is random in it; figures are the medians of the seeds, with the least and the largest behind them.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FIGURES = ("image_auroc", "pixel_auroc", "au_pro", "image_f1")
COSTS = ("train_seconds", "latency_ms", "model_mb", "train_gib")
DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))


def run(*arguments: str) -> tuple[float, int]:
    """Run the command line; return its seconds and its peak resident bytes."""
    began = time.monotonic()
    child = os.posix_spawn(sys.executable, [sys.executable, "-m", "core", *arguments, "--quiet"], os.environ)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"flawsight-cli {' '.join(arguments)} failed")
    return time.monotonic() - began, usage.ru_maxrss * 1024


def measure(name: str, algorithm: str, seed: int, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    root = DATA / name
    model, figures = folder / f"{name}-{algorithm}.flawmodel", folder / f"{name}-{algorithm}.json"
    train = ["train", str(root / "train" / "good"), "--algorithm", algorithm, "--preset", options.preset]
    if options.max_minutes is not None:
        train += ["--max-minutes", str(options.max_minutes)]
    train_seconds, train_bytes = run(*train, "--seed", str(seed), "--output", str(model))
    evaluate_seconds, evaluate_bytes = run("evaluate", str(model), str(root), "--json", str(figures))
    measured = json.loads(figures.read_text(encoding="utf-8"))
    return {
        "set": name,
        "algorithm": algorithm,
        "seed": seed,
        **{key: measured[key] for key in FIGURES},
        "train_seconds": train_seconds,
        "train_gib": train_bytes / 2**30,
        "evaluate_seconds": evaluate_seconds,
        "evaluate_gib": evaluate_bytes / 2**30,
        "model_mb": model.stat().st_size / 1e6,
        "latency_ms": 1e3 * measured["timings"]["computing_median"],
        "timings": measured["timings"],
        "counts": measured["counts"],
    }


def cell(values: list[float | None]) -> str:
    """Return the median, and the least and the largest of several."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    spread = f" ({min(known):.3f}-{max(known):.3f})" if len(known) > 1 else ""
    return f"{statistics.median(known):.3f}{spread}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "kolektorsdd", "bsdata", "elpv_mono"])
    parser.add_argument("--algorithms", nargs="+", default=["padim", "patchcore", "simplenet", "efficientad"])
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--max-minutes", type=float, help="end trainings in steps after so many, with their best state")
    parser.add_argument("--json", type=Path, help="write all figures here too")
    options = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"{DATA} is not there; name the folder of the sets in FLAWSIGHT_DATA")
    rows = []
    print(
        "| set | algorithm | image AUROC | pixel AUROC | AU-PRO | image F1 | train s | one image, ms | model MB | GiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.sets:
            for algorithm in options.algorithms:
                found = [measure(name, algorithm, seed, options, Path(folder)) for seed in options.seeds]
                rows.extend(found)
                figures = " | ".join(cell([row[key] for row in found]) for key in FIGURES)
                costs = [statistics.median(row[key] for row in found) for key in COSTS]
                written = "{:.0f} | {:.1f} | {:.0f} | {:.2f}".format(*costs)
                print(f"| {name} | {algorithm} | {figures} | {written} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
