"""The commands `eprop train` and `eprop evaluate`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from golden_model.console.errors import interruptible
from golden_model.console.exit_codes import CHECK_FAILED
from golden_model.console.names import named_path
from golden_model.console.options import Assignments, ConfigFile, count, output_option
from golden_model.console.screen import make_console

if TYPE_CHECKING:
    from golden_model.training.experiment import Experiment
    from golden_model.training.results import Results, Row


def train_command(
    task: Annotated[str, typer.Argument(help="Name of a task, such as cue-accumulation.")],
    output: Annotated[Path, output_option("Folder of the run.")],
    epochs: Annotated[int, count(help="Epochs in all.")] = 10,
    seed: Annotated[int | None, typer.Option(min=0, help="Of initial weights and samples. [0]")] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    n_train: Annotated[int | None, count("--train", help="Training samples. [50]")] = None,
    n_test: Annotated[int | None, count("--test", help="Test samples. [50]")] = None,
    published: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the published data and weights.")
    ] = None,
) -> int:
    """Train a network on a task; a killed training is resumed to the same bits."""
    from golden_model.training.expected import read_expected
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
    return 0 if expected is None else _compare(results, expected)


def evaluate_command(
    run: Annotated[Path, typer.Argument(parser=named_path, metavar="RUN", help="Folder of a finished run.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Samples, .dat or .npz.")],
) -> int:
    """Let a trained network answer samples from files."""
    from golden_model.console.compiling import Compiling
    from golden_model.training.evaluation import evaluate

    right = total = 0.0
    with Compiling(make_console()) as compiling:
        for evaluation in evaluate(run, files):
            compiling.done()
            print(f"{evaluation.path}: {evaluation.score:.1%} of {evaluation.n_samples} samples")
            right, total = right + evaluation.score * evaluation.n_samples, total + evaluation.n_samples
    print(f"accuracy {right / total:.1%}")
    return 0


def _train(experiment: "Experiment", output: Path, epochs: int, resume: bool) -> "Results":
    """Train with a display of progress, and say what came out."""
    from golden_model.training.progress import make_progress

    console = make_console(soft_wrap=True)
    with interruptible("the same command with --resume goes on"):
        from golden_model.training.training import train

        with make_progress(console) as progress:
            results = train(experiment, output, epochs, resume=resume, progress=progress)
    console.print(f"test accuracy {results.accuracy['test'][-1]:.1%}, results and pictures in {output}")
    return results


def _compare(results: "Results", expected: "Sequence[Row]") -> int:
    """Print how results compare with the recorded ones, and return the exit code."""
    from golden_model.training.expected import compare

    comparison = compare(results.rows, expected, results.epochs)
    print(comparison)
    return CHECK_FAILED if comparison.first else 0
