"""The command `eprop`. Exit codes: 0 done, 1 a check failed, 2 bad input, 130 interrupted."""

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console

from golden_model.console.options import (
    BAD_INPUT,
    CHECK_FAILED,
    COMPILING,
    INTERRUPTED,
    WIDTH,
    Assignments,
    ConfigFile,
)
from golden_model.studies.command import study

if TYPE_CHECKING:
    from golden_model.training.experiment import Experiment
    from golden_model.training.run_folder import Results


# The base of all errors in the use of a command, which typer does not export.
UsageError = cast("type[Exception]", typer.BadParameter.__base__)

app = typer.Typer(
    help="Train and check the golden model of an e-prop learning core.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(study, name="study")


@app.command("train")
def train_command(
    task: Annotated[str, typer.Argument(help="Name of a task, such as cue-accumulation.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the run.")],
    epochs: Annotated[int, typer.Option(min=1, help="Epochs in all.")] = 10,
    seed: Annotated[int | None, typer.Option(min=0, help="Of initial weights and samples. [0]")] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    n_train: Annotated[int | None, typer.Option("--train", min=1, help="Training samples. [50]")] = None,
    n_test: Annotated[int | None, typer.Option("--test", min=1, help="Test samples. [50]")] = None,
    published: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the published data and weights.")
    ] = None,
) -> int:
    """Train a network on a task; a killed training is resumed to the same bits."""
    from golden_model.training.expected import compare, read_expected
    from golden_model.training.experiment import make_experiment

    experiment = make_experiment(
        task,
        seed=seed,
        n_train=n_train,
        n_test=n_test,
        published=published,
        config_file=config,
        assignments=assignments or (),
    )
    expected = read_expected(published) if published and not config and not assignments else None
    results = _train(experiment, output, epochs, resume)
    if results is None:
        return INTERRUPTED
    if expected is None:
        return 0
    comparison = compare(results.rows, expected, results.epochs)
    print(comparison)
    return CHECK_FAILED if comparison.first else 0


@app.command("evaluate")
def evaluate_command(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Samples, .dat or .npz.")],
) -> int:
    """Let a trained network answer samples from files."""
    from golden_model.training.evaluation import evaluate

    right = total = 0.0
    for evaluation in evaluate(run, files):
        print(f"{evaluation.path}: {evaluation.score:.1%} of {evaluation.n_samples} samples")
        right, total = right + evaluation.score * evaluation.n_samples, total + evaluation.n_samples
    print(f"accuracy {right / total:.1%}")
    return 0


@app.command("profile")
def profile_command(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder to write. [RUN/profile]"),
    ] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="Training samples to measure. [8]")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Of the trainings at other widths.")] = 3,
    repeats: Annotated[int, typer.Option(min=1, help="Trainings at each width.")] = 4,
    tolerance: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Accuracy that narrow words may cost.")
    ] = 0.02,
    published: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the published data, if the run read them.")
    ] = None,
) -> int:
    """Measure how a trained network uses its words, and suggest a narrower configuration."""
    from golden_model.console.progress import telling
    from golden_model.files.cache import is_compiled
    from golden_model.profiling.report import NAMES, tables, write_report
    from golden_model.profiling.run import profile_run

    folder = output or run / "profile"
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    for name in NAMES:
        if (folder / name).is_dir():
            raise ValueError(f"{folder / name} is a folder, a profile has a file of that name")
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    if not is_compiled():
        console.print(COMPILING)
    try:
        with telling(console) as told:
            findings = profile_run(
                run,
                n_samples=samples,
                epochs=epochs,
                repeats=repeats,
                tolerance=tolerance,
                published=published,
                told=told,
            )
    except KeyboardInterrupt:
        print("eprop: interrupted, nothing is written", file=sys.stderr)
        return INTERRUPTED
    write_report(folder, findings)
    for table in tables(findings.profile, findings.search):
        console.print(table, "")
    taken = f"{findings.search.n_trainings} trainings in {findings.search_seconds:.0f} s"
    console.print(f"{taken}, pictures and suggested.toml in {folder}", soft_wrap=True)
    return 0


@app.command("verify")
def verify_command(
    vectors: Annotated[list[Path], typer.Argument(metavar="VECTOR.npz...", help="Recorded vectors.")],
) -> int:
    """Run the golden model over recorded vectors and compare every bit."""
    from golden_model.recordings.vectors import verify

    code = 0
    for path in vectors:
        try:
            difference = verify(path)
        except (ValueError, OSError) as error:
            code = _refuse(error)
            continue
        print(f"{path}: {difference or 'equal'}", flush=True)
        code = max(code, CHECK_FAILED if difference else 0)
    return code


@app.command("convert")
def convert_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Float networks (.npz, .nir) or folders of runs.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the result.")],
    to: Annotated[str | None, typer.Option(metavar="KIND", help="core, npz or nir.")] = None,
    config: ConfigFile = None,
    dt: Annotated[float | None, typer.Option(metavar="MS", help="Duration of a tick.")] = None,
    reset: Annotated[str | None, typer.Option(metavar="R", help="subtract or zero.")] = None,
    discretization: Annotated[str | None, typer.Option(metavar="D", help="Of NIR: euler or exact.")] = None,
    integrate_output: Annotated[
        bool, typer.Option("--integrate-output", help="Take a LIF at the output of NIR as a readout.")
    ] = False,
    scale: Annotated[
        float | None, typer.Option(help="Potential of the core per unit of the network's.")
    ] = None,
    clip: Annotated[float, typer.Option(metavar="PERCENT", help="Weights that may be clipped.")] = 0,
    average_pairs: Annotated[
        bool, typer.Option("--average-pairs", help="Let neurons of a pair share the mean of what differs.")
    ] = False,
    refit: Annotated[bool, typer.Option("--refit", help="Choose the scales of weights anew.")] = False,
    assignments: Assignments = None,
) -> int:
    """Convert float networks to registers and integer weights, and back."""
    from golden_model.conversion.files import Settings, convert
    from golden_model.conversion.report import tables

    settings = Settings(
        to,
        config,
        dt,
        reset,
        discretization,
        integrate_output,
        scale,
        clip,
        average_pairs,
        refit,
        tuple(assignments or ()),
    )
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for folder, report in convert(files, output, settings).items():
        console.print(*tables(report) if report else (), f"written to {folder}", sep="\n")
    return 0


@app.command("info")
def info_command(
    preset: Annotated[str | None, typer.Option(metavar="P", help="Name of a configuration.")] = None,
    config: ConfigFile = None,
) -> int:
    """Show a configuration: word formats, memory, register map."""
    from golden_model.network.tables import describe

    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for table in describe(preset, config):
        console.print(table, "")
    return 0


def main() -> None:
    """Run the command with the arguments of the process."""
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _warn
            return app(arguments, prog_name="eprop", standalone_mode=False) or 0
    except (UsageError, ValueError, OSError) as error:
        return _refuse(error)


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """Say on the error stream what the user should know."""
    print(f"eprop: warning: {message}", file=sys.stderr)


def _refuse(error: Exception) -> int:
    """Say on the error stream what is wrong with the input."""
    print(f"eprop: {sentence(error)}", file=sys.stderr)
    return BAD_INPUT


def _train(experiment: "Experiment", output: Path, epochs: int, resume: bool) -> "Results | None":
    """Train with a display of progress; return None when interrupted."""
    from golden_model.training.progress import make_progress

    console = Console(highlight=False, soft_wrap=True)
    try:
        from golden_model.training.training import train

        with make_progress(console) as progress:
            results = train(experiment, output, epochs, resume=resume, progress=progress)
    except KeyboardInterrupt:
        print("eprop: interrupted, the same command with --resume goes on", file=sys.stderr)
        return None
    console.print(f"test accuracy {results.accuracy['test'][-1]:.1%}, results and pictures in {output}")
    return results


def sentence(error: Exception) -> str:
    """Return what an error says, on one line."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = getattr(error, "format_message", error.__str__)()
    return " ".join(text.split())
