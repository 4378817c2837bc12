"""``demo``: the main job from beginning to end on drawn parts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core.batch.run import inspect_into
from core.cli.console import Job
from core.cli.exporting import told as told_export
from core.cli.judging import evaluate_folder, figures_table
from core.cli.training import told, train_folder
from core.demo import draw_demo
from core.detectors.settings import PRESETS
from core.devices import set_threads
from core.export.onnx import export_bundle
from core.files import check_writable, write_text
from core.models.bundle import save_model
from core.report.evaluated import write_evaluation
from core.training.evaluate import tuned
from core.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the results of one product lie."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model.flawmodel"

    @property
    def inspection(self) -> Path:
        return self.folder / "inspection"

    @property
    def figures(self) -> Path:
        return self.folder / "evaluation.json"

    @property
    def export(self) -> Path:
        return self.folder / "export"

    @property
    def report(self) -> Path:
        return self.folder / "report.html"


def demo_command(job: Job, output: Path) -> None:
    """Draw two products; train, tune, inspect, evaluate, export and report on the first."""
    check_writable(output)
    set_threads(job.options.threads)
    job.say(f"Drawing a machined flange and leather, with and without flaws, into {output / 'data'}")
    flange, _ = draw_demo(output / "data", job.options.seed, job.ticket.stage("Drawing", 0.2))
    place = _Place(output / "flange")
    options = job.options
    recipe = Recipe(PRESETS["patchcore"]["balanced"], seed=options.seed, device=options.device, engine=options.engine)
    model = train_folder(job, flange, recipe, job.ticket.stage("Training", 0.25))
    told(job, model)
    evaluation = evaluate_folder(job, model, flange, job.ticket.stage("Tuning", 0.15))
    model = model.with_calibration(tuned(evaluation, "best-f1"))
    save_model(model, place.model)
    figures = evaluation.metrics(model)
    write_text(place.figures, json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    job.show(figures_table(figures))
    for _ in inspect_into(model, [flange / "test"], place.inspection, job.ticket.stage("Inspecting", 0.15)):
        pass
    probes = [row.path for row in evaluation.rows if row.score is not None]
    every = max(1, len(probes) // 20)
    report = export_bundle(model, place.export, probes[::every], job.ticket.stage("Exporting", 0.2))
    told_export(job, report)
    write_evaluation(place.report, model, evaluation, job.ticket.stage("Report", 0.05), report.certificate)
    results = {
        "Report": place.report,
        "Model": place.model,
        "Table": place.inspection / "scores.csv",
        "Heat maps": place.inspection / "heatmaps",
        "Figures": place.figures,
        "Export": place.export,
        "Images": output / "data",
    }
    job.say("The results are here:")
    for name, path in results.items():
        job.say(f"  {name:10} {path.absolute()}")
    paths = {name.lower().replace(" ", "_"): str(path.absolute()) for name, path in results.items()}
    job.result(paths | {"evaluation": figures})
