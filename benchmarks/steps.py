"""EfficientAD: what more training steps bring, rows of docs/results.md.

    python benchmarks/steps.py [--sets NAME ...] [--steps N ...] [--size SIDE] [--teacher FILE] [--threads N]

The sets are found as by benchmarks/results.py, and each training is the command line's. Steps are rounded up to whole
passes over the images; each number of steps is a training of its own, because the learning rate follows from it.
"""

import argparse
import json
import tempfile
from pathlib import Path

from results import DATA, FIGURES, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "bsdata"])
    parser.add_argument("--steps", nargs="+", type=int, default=[100, 300, 1000])
    parser.add_argument("--size", default="128")
    parser.add_argument("--teacher", type=Path, help="another than the one that ships")
    parser.add_argument("--threads", default="1")
    options = parser.parse_args()
    common = ["--threads", options.threads]
    if options.teacher:
        common += ["--weights", str(options.teacher)]
    teacher = ["--backbone", "pdn_small_own"] if options.teacher else []
    print("| set | EfficientAD's steps | image AUROC | pixel AUROC | AU-PRO | train s |")
    print("|---|---|---|---|---|---|")
    for name in options.sets:
        for steps in options.steps:
            with tempfile.TemporaryDirectory() as folder:
                model, figures = Path(folder) / "part.flawmodel", Path(folder) / "figures.json"
                train = ["train", str(DATA / name / "train" / "good"), "--output", str(model), "--size", options.size]
                train += ["--algorithm", "efficientad", "--set", f"training_steps={steps}", *teacher]
                seconds, _ = run(*train, *common)
                run("evaluate", str(model), str(DATA / name), "--json", str(figures), *common)
                found = json.loads(figures.read_text(encoding="utf-8"))
            cells = ["-" if found[key] is None else f"{found[key]:.3f}" for key in FIGURES[:3]]
            print(f"| {name} | {steps} | {' | '.join(cells)} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
