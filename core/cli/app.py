"""The commands and their options. What they do lies in the modules beside, which load torch only when they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core import __version__
from core.cli.console import Job, Options, running
from core.cli.licences import licences_command
from core.errors import Problem

if TYPE_CHECKING:
    from core.models.trained import TrainedModel

app = typer.Typer(
    name="flawsight-cli",
    help="Learn what good parts look like, see where a new part differs, set the limits, export the tuned model.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
labels = typer.Typer(help="Take labels and masks into a project, or write them for other programs.")
app.add_typer(labels, name="labels", no_args_is_help=True)
projects = typer.Typer(help="Make one file of a project, to move or mail it, and a project of such a file.")
app.add_typer(projects, name="project", no_args_is_help=True)

Device = Annotated[
    str | None, typer.Option("--device", help="auto, cpu, cuda, cuda:N or mps; auto takes CUDA where there is one.")
]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="What computes the backbone's features: auto, torch or onnxruntime; auto takes ONNX Runtime on a CPU.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="The same seed gives the same result. Default 0.")]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="CPU threads; PyTorch's own choice if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print warnings and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more, such as skipped files.")]
Weights = Annotated[
    Path | None, typer.Option("--weights", help="File with the backbone's weights, where they are not installed.")
]
AllowDownload = Annotated[
    bool, typer.Option("--allow-download", help="Fetch the backbone's weights if they are missing. Off by default.")
]
Size = Annotated[str, typer.Option("--size", help="Frame: 256, or height x width as 256x320; multiples of 32.")]
Fit = Annotated[str, typer.Option("--fit", help="stretch, or letterbox to keep proportions.")]
AreaFile = Annotated[
    Path | None,
    typer.Option(
        "--area",
        metavar="FILE",
        help="JSON with the outlines to look inside of and those to ignore, points as shares of width and height: "
        '{"include": [[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]], "ignore": []}. The whole picture if not given.',
    ),
]
HeldOut = Annotated[
    float,
    typer.Option(
        "--held-out", help="Share of the good images kept from training, for the first limits; 0 with --folds."
    ),
]
Folds = Annotated[
    int,
    typer.Option(
        "--folds",
        min=0,
        help="Rounds, such as 5, in which also the images learned from are judged by a fit without them, so that the "
        "first limits stand on all good images. PatchCore and PaDiM only; as many fits more.",
    ),
]
MostMinutes = Annotated[
    float | None,
    typer.Option(
        "--max-minutes",
        min=0.0,
        help="When so many minutes are over, end a training in steps (SimpleNet, EfficientAD) with its best state.",
    ),
]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A .flawmodel file.")]
ProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="A .flawsight file that no window has open.")]
DatasetFolder = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET_FOLDER",
        help="Labelled images: MVTec AD, LOCO or VisA layout, or a subfolder called good beside others.",
    ),
]


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"flawsight-cli {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Learn what good parts look like, see where a new part differs, set the limits, export the tuned model.

    These options may stand before or after the command's name.
    """
    context.obj = Options(device or "auto", engine or "auto", seed or 0, threads, as_json, quiet, verbose)


def _options(
    context: typer.Context,
    device: str | None,
    engine: str | None,
    seed: int | None,
    threads: int | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> Options:
    """Lay the options behind the command's name over those before it."""
    before: Options = context.obj
    return Options(
        before.device if device is None else device,
        before.engine if engine is None else engine,
        before.seed if seed is None else seed,
        before.threads if threads is None else threads,
        before.as_json or as_json,
        before.quiet or quiet,
        before.verbose or verbose,
    )


@app.command()
def train(
    context: typer.Context,
    good_folder: Annotated[
        Path, typer.Argument(metavar="GOOD_FOLDER", help="Photos of good parts, or a data set that has some.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write, such as part.flawmodel.")],
    algorithm: Annotated[
        str, typer.Option("--algorithm", "-a", help="patchcore, padim, simplenet or efficientad.")
    ] = "patchcore",
    preset: Annotated[str, typer.Option("--preset", help="fast, balanced or accurate.")] = "balanced",
    size: Size = "256",
    fit: Fit = "stretch",
    area: AreaFile = None,
    backbone: Annotated[
        str | None,
        typer.Option(
            "--backbone",
            help="efficientnet_lite0, resnet18 or wide_resnet50_2; for EfficientAD pdn_small, or with --weights "
            "pdn_small_own or pdn_medium.",
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KNOB=VALUE",
            help="Change one knob; may be repeated. For EfficientAD, penalty_folder=FOLDER takes general pictures "
            "from there instead of drawing them.",
        ),
    ] = None,
    weights: Weights = None,
    allow_download: AllowDownload = False,
    held_out: HeldOut = 0.2,
    folds: Folds = 0,
    most_minutes: MostMinutes = None,
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Learn what good parts look like, from photos of good parts alone.

    Ctrl-C stops with exit code 130 and writes no model; SimpleNet and EfficientAD go on from there when the same
    command is given again.
    """
    options = _options(context, device, engine, seed, threads, as_json, quiet, verbose)
    with running(options) as job:
        from core.cli.training import parsed_framing, parsed_settings, train_command
        from core.training.recipe import Recipe

        recipe = Recipe(
            settings=parsed_settings(algorithm, preset, backbone, assignments or []),
            framing=parsed_framing(size, fit, area),
            seed=options.seed,
            device=options.device,
            engine=options.engine,
            held_out_share=held_out,
            folds=folds,
            weights_file=weights,
            allow_download=allow_download,
        )
        train_command(job, good_folder, output, recipe, most_minutes)


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Photos of good parts, or a data set.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Look for odd pictures before training: copies, leaks between training and test, blur, exposure, sizes."""
    with running(_options(context, None, None, None, None, as_json, quiet, verbose)) as job:
        from core.cli.checking import check_command

        check_command(job, folder)


@app.command()
def inspect(
    context: typer.Context,
    model: ModelFile,
    paths: Annotated[list[Path], typer.Argument(metavar="PATHS...", help="Images, or folders of images.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for scores.csv, scores.xlsx, heatmaps and masks.")
    ],
    pictures: Annotated[bool, typer.Option("--pictures/--no-pictures", help="Write heat maps and masks.")] = True,
    sort: Annotated[
        bool, typer.Option("--sort", help="Copy each image into sorted/OK, sorted/Review or sorted/NG.")
    ] = False,
    workbook: Annotated[bool, typer.Option("--xlsx/--no-xlsx", help="Write the table for Excel, too.")] = True,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Inspect what is in one folder and comes into it, until Ctrl-C."),
    ] = False,
    weights: Weights = None,
    allow_download: AllowDownload = False,
    device: Device = None,
    engine: EngineName = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score images; write a table, heat maps and masks.

    A file that cannot be read is a row with the reason; the rest goes on. Ctrl-C stops with exit code 130; the same
    command goes on from there: what the same model with the same limits has finished is not computed again, unless
    the file has changed.
    """
    with running(_options(context, device, engine, None, threads, as_json, quiet, verbose)) as job:
        from core.batch.told import Outputs
        from core.cli.inspecting import inspect_command, watch_command

        if watch and len(paths) != 1:
            raise Problem("One folder can be watched at a time.", "Name one folder.")
        loaded = _load(job, model, weights, allow_download)
        if watch:
            watch_command(job, loaded, paths[0], output, Outputs(pictures, sort, workbook))
            return
        inspect_command(job, loaded, paths, output, Outputs(pictures, sort, workbook))


@app.command()
def robustness(
    context: typer.Context,
    model: ModelFile,
    good_folder: Annotated[Path, typer.Argument(metavar="GOOD_FOLDER", help="Photos of good parts.")],
    limit: Annotated[
        float, typer.Option("--limit", help="Share of good parts that may be rejected, such as 0.05.")
    ] = 0.05,
    target: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all figures as a table.")] = None,
    weights: Weights = None,
    allow_download: AllowDownload = False,
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score good parts under other light, focus and position: from which change on are too many rejected?

    At most 100 photos are taken, spread over all. Shifts and turns go in directions that follow from the seed.
    """
    with running(_options(context, device, engine, seed, threads, as_json, quiet, verbose)) as job:
        from core.cli.robust import robustness_command

        robustness_command(job, _load(job, model, weights, allow_download), good_folder, limit, target)


@app.command()
def evaluate(
    context: typer.Context,
    model: ModelFile,
    dataset_folder: DatasetFolder,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures here; - is standard output.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a report here, .html or .pdf.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of the report: en or zh.")] = "en",
    weights: Weights = None,
    allow_download: AllowDownload = False,
    device: Device = None,
    engine: EngineName = None,
    threads: Threads = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure a model on labelled images: AUROC, AU-PRO, F1, confusion, times.

    Images that the model was trained on are left out.
    """
    with running(_options(context, device, engine, None, threads, False, quiet, verbose)) as job:
        from core.cli.judging import evaluate_command

        loaded = _load(job, model, weights, allow_download)
        evaluate_command(job, loaded, dataset_folder, json_file, report, language)


@app.command()
def compare(
    context: typer.Context,
    dataset_folder: DatasetFolder,
    algorithms: Annotated[
        list[str] | None,
        typer.Option("--algorithm", "-a", help="One to compare; may be repeated. All four if not given."),
    ] = None,
    preset: Annotated[str, typer.Option("--preset", help="Of all of them: fast, balanced or accurate.")] = "balanced",
    size: Size = "256",
    fit: Fit = "stretch",
    area: AreaFile = None,
    held_out: HeldOut = 0.2,
    most_minutes: MostMinutes = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures here; - is standard output.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to keep the models in; without it none is kept.")
    ] = None,
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Train several algorithms on one data set, one after the other, and measure each on its labelled images.

    All see the same split. F1 is at the limit that training sets from good images alone. An algorithm that fails is a
    row with the reason, and the rest goes on; the exit code is 1 only if all failed. Ctrl-C stops with exit code 130;
    what is finished by then is shown, written and kept.
    """
    options = _options(context, device, engine, seed, threads, False, quiet, verbose)
    with running(options) as job:
        from core.cli.comparing import compare_command
        from core.cli.training import parsed_framing, parsed_settings
        from core.detectors.settings import KINDS
        from core.training.recipe import Recipe

        recipes = [
            Recipe(
                settings=parsed_settings(kind, preset, None, []),
                framing=parsed_framing(size, fit, area),
                seed=options.seed,
                device=options.device,
                engine=options.engine,
                held_out_share=held_out,
            )
            for kind in dict.fromkeys(algorithms or KINDS)
        ]
        compare_command(job, dataset_folder, recipes, json_file, output, most_minutes)


@app.command()
def tune(
    context: typer.Context,
    model: ModelFile,
    dataset_folder: DatasetFolder,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help="best-f1, no-escapes, max-false-rejects, least-cost or target-precision; good-quantile where there "
            "are no defects.",
        ),
    ] = "best-f1",
    pixel_rule: Annotated[
        str,
        typer.Option(
            "--pixel-rule",
            help="best-f1, target-precision, max-false-rejects or good-quantile; if not given, best-f1 where there "
            "are masks.",
        ),
    ] = "",
    false_rejects: Annotated[
        float, typer.Option("--false-rejects", help="For max-false-rejects: the share of good images, such as 0.01.")
    ] = 0.01,
    false_area: Annotated[
        float, typer.Option("--false-area", help="For max-false-rejects of pixels: the share of the good area.")
    ] = 0.0001,
    precision: Annotated[
        float, typer.Option("--precision", help="For target-precision: the share of defects among the rejected.")
    ] = 0.95,
    cost_escape: Annotated[
        float, typer.Option("--cost-escape", help="For least-cost: money for a defect that passes.")
    ] = 100.0,
    cost_false_reject: Annotated[
        float, typer.Option("--cost-false-reject", help="For least-cost: money for a good part that is rejected.")
    ] = 1.0,
    defect_ppm: Annotated[
        float, typer.Option("--defect-ppm", help="For least-cost: defects in a million parts.")
    ] = 10_000.0,
    quantile: Annotated[
        float, typer.Option("--quantile", help="For good-quantile: the share of good images to pass.")
    ] = 0.99,
    review_from: Annotated[
        str | None,
        typer.Option(
            "--review-from",
            metavar="SCORE",
            help="From this raw score up to the image threshold a person has to look; off: nobody. Stays if not given.",
        ),
    ] = None,
    decides: Annotated[
        str | None,
        typer.Option(
            "--verdict-by",
            help="What makes an image NG: score, region (one that is large enough), or both. Stays if not given.",
        ),
    ] = None,
    min_area: Annotated[
        float | None,
        typer.Option("--min-area", help="Least area of a region, in pixels of the image. Stays if not given."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of changing MODEL itself.")
    ] = None,
    weights: Weights = None,
    allow_download: AllowDownload = False,
    device: Device = None,
    engine: EngineName = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Set both thresholds of a model by a rule, on labelled images."""
    with running(_options(context, device, engine, None, threads, as_json, quiet, verbose)) as job:
        from core.cli.judging import VerdictOptions, tune_command
        from core.scoring.rules import Costs, Wanted

        costs = Costs(cost_escape, cost_false_reject, defect_ppm)
        wanted = Wanted(quantile, false_rejects, false_area, precision, costs)
        loaded = _load(job, model, weights, allow_download)
        verdicts = VerdictOptions(review_from, decides, min_area)
        tune_command(job, loaded, dataset_folder, output or model, rule, wanted, pixel_rule, verdicts)


@app.command()
def export(
    context: typer.Context,
    model: ModelFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write; it must be new or empty.")],
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="onnx, which is always written, openvino, torch; may be given several times."),
    ] = None,
    probes: Annotated[
        list[Path] | None,
        typer.Option(
            "--probes", help="Images or folders to compare the export with the program on; up to 20 are taken."
        ),
    ] = None,
    weights: Weights = None,
    allow_download: AllowDownload = False,
    engine: EngineName = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a model for other programs, run the written file, and compare its scores with this program's.

    If they differ, nothing is written.
    """
    with running(_options(context, "cpu", engine, None, threads, as_json, quiet, verbose)) as job:
        from core.cli.exporting import export_command

        loaded = _load(job, model, weights, allow_download)
        export_command(job, loaded, output, formats or ["onnx"], probes or [], job.options.seed)


@app.command()
def demo(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for images and results.")],
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Draw parts with and without flaws, then train, tune, inspect, export and report. Needs no data and no network."""
    with running(_options(context, device, engine, seed, threads, as_json, quiet, verbose)) as job:
        from core.cli.demo import demo_command

        demo_command(job, output)


@labels.command("import")
def import_labels(
    context: typer.Context,
    project: ProjectPath,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A labelme, COCO or CSV file; a folder of labelme files, or of masks in MVTec AD's names.",
        ),
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Take labels and masks of other programs into a project. Rows that cannot be used are told, the others taken."""
    with running(_options(context, None, None, None, None, as_json, quiet, False)) as job:
        from core.cli.labels import import_command

        import_command(job, project, source)


@labels.command("export")
def export_labels(
    context: typer.Context,
    project: ProjectPath,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into; no file is replaced.")],
    file_format: Annotated[str, typer.Option("--format", help="masks, labelme, coco or csv.")] = "masks",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write the labels and masks of a project for other programs."""
    with running(_options(context, None, None, None, None, as_json, quiet, False)) as job:
        from core.cli.labels import export_command

        export_command(job, project, output, file_format)


@projects.command("pack")
def pack_project(
    context: typer.Context,
    project: ProjectPath,
    output: Annotated[Path, typer.Option("--output", "-o", help="The .zip file to write.")],
    images: Annotated[bool, typer.Option("--images/--no-images", help="Pack pictures and masks, too.")] = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a project with its models, limits, labels and results into one zip file."""
    with running(_options(context, None, None, None, None, as_json, quiet, False)) as job:
        from core.cli.packing import pack_command

        pack_command(job, project, output, images=images)


@projects.command("unpack")
def unpack_project(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A .zip file written by project pack.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to make; it must not be there yet.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a project of a packed one; each file's hash is checked."""
    with running(_options(context, None, None, None, None, as_json, quiet, False)) as job:
        from core.cli.packing import unpack_command

        unpack_command(job, source, output)


@app.command()
def distill(
    context: typer.Context,
    images: Annotated[
        Path, typer.Argument(metavar="IMAGES", help="General photographs, thousands of them; not of the parts.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, such as teacher.safetensors; also a checkpoint.")
    ],
    backbone: Annotated[
        str, typer.Option("--backbone", help="What is imitated: efficientnet_lite0, resnet18 or wide_resnet50_2.")
    ] = "efficientnet_lite0",
    size: Annotated[str, typer.Option("--size", help="Of the teacher: small or medium.")] = "small",
    steps: Annotated[int, typer.Option("--steps", min=1, help="In all, those before a resumption included.")] = 60_000,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Photographs a step.")] = 16,
    crop: Annotated[
        int, typer.Option("--crop", help="Side of the part of each 256-pixel picture to learn from: less is cheaper.")
    ] = 256,
    rate: Annotated[float, typer.Option("--rate", min=1e-6, max=1.0, help="Highest learning rate.")] = 1e-3,
    judge_every: Annotated[
        int, typer.Option("--judge-every", min=1, help="Steps between two looks at held-out photographs.")
    ] = 500,
    bfloat16: Annotated[
        bool | None,
        typer.Option("--bfloat16/--float32", help="Compute in 16 bits; if not given, where the device has them."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint beside the output.")] = False,
    start: Annotated[
        Path | None, typer.Option("--start", help="A teacher to begin from, such as one that this command has written.")
    ] = None,
    weights: Weights = None,
    device: Device = None,
    engine: EngineName = None,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Train a teacher for EfficientAD: a small network that imitates a backbone on general photographs.

    Hours on a GPU, days on a CPU. It can be stopped at any time and resumed.
    """
    with running(_options(context, device, engine, seed, threads, as_json, quiet, verbose)) as job:
        from core.cli.distilling import distill_command, parsed_course

        course = parsed_course(
            job,
            size,
            backbone,
            steps=steps,
            batch=batch,
            crop=crop,
            rate=rate,
            judge_every=judge_every,
            bfloat16=bfloat16,
        )
        distill_command(job, images, output, course, resume=resume, start=start, weights=weights)


@app.command()
def doctor(
    context: typer.Context,
    licences: Annotated[
        bool, typer.Option("--licences", help="Print the licences of the program and of all its parts instead.")
    ] = False,
    device: Device = None,
    engine: EngineName = None,
    threads: Threads = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show versions, devices and weights, and test that training and inspection work here."""
    with running(_options(context, device, engine, None, threads, as_json, quiet, verbose)) as job:
        if licences:
            licences_command(job)
            return
        from core.cli.doctor import doctor_command

        doctor_command(job)


def _load(job: Job, path: Path, weights: Path | None, allow_download: bool) -> TrainedModel:
    from core.backbones.engines import where_computed
    from core.devices import choose_device, set_threads
    from core.models.bundle import load_model

    set_threads(job.options.threads)
    device = choose_device(job.options.device, job.options.engine)
    loaded = load_model(
        path, device, job.ticket.stage("Loading the model", 0.05), weights_file=weights, allow_download=allow_download
    )
    features = loaded.detector.extractor
    job.detail(f"Device: {where_computed(device, features)}")
    if features.engine_note:
        job.warn(features.engine_note)
    return loaded
