"""EfficientAD: what more training steps bring, beside PatchCore on the same images; rows of docs/results.md.

    python benchmarks/steps.py [--sets NAME ...] [--steps N ...] [--size SIDE] [--teacher FILE] [--threads N]

The sets are found as by benchmarks/results.py, and each training is the command line's. Steps are rounded up to whole
passes over the images; each number of steps is a training of its own, because the learning rate follows from it.
"""

import argparse
import json
import tempfile
from pathlib import Path

from results import DATA, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "bsdata"])
    parser.add_argument("--steps", nargs="+", type=int, default=[100, 300, 1000])
    parser.add_argument("--size", default="128")
    parser.add_argument("--teacher", type=Path, help="another than the one that ships")
    parser.add_argument("--threads", default="1")
    options = parser.parse_args()
    common = ["--size", options.size, "--threads", options.threads]
    teacher = ["--weights", str(options.teacher)] if options.teacher else []
    print("| set | training | image AUROC | pixel AUROC | AU-PRO | train s |")
    print("|---|---|---|---|---|---|")
    for name in options.sets:
        trainings = {"PatchCore": (["--algorithm", "patchcore"], [])}
        for steps in options.steps:
            chosen = ["--algorithm", "efficientad", "--set", f"training_steps={steps}"]
            trainings[f"EfficientAD, {steps} steps"] = (chosen, teacher)
        for title, (chosen, weights) in trainings.items():
            with tempfile.TemporaryDirectory() as folder:
                model, figures = Path(folder) / "part.flawmodel", Path(folder) / "figures.json"
                good = str(DATA / name / "train" / "good")
                seconds, _ = run("train", good, *chosen, *weights, *common, "--output", str(model))
                run(
                    "evaluate",
                    str(model),
                    str(DATA / name),
                    *weights,
                    "--threads",
                    options.threads,
                    "--json",
                    str(figures),
                )
                found = json.loads(figures.read_text(encoding="utf-8"))
            cells = [
                f"{found[key]:.3f}" if found[key] is not None else "-"
                for key in ("image_auroc", "pixel_auroc", "au_pro")
            ]
            print(f"| {name} | {title} | {' | '.join(cells)} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
