"""The pictures of a training run."""

from pathlib import Path

from golden_model.core.core import Core
from golden_model.tasks import Task, TaskData
from golden_model.training.results import Results
from golden_model.training.run_folder import PICTURES

SIGNALS = ("spike", "membrane", "trace_in", "trace_rec", "readout", "learning_signal")


def write_pictures(folder: Path, task: Task, data: TaskData, results: Results, core: Core) -> None:
    """Write the accuracy per epoch, the first test sample in the trained network, and the weights.

    The sample is shown with learning on, since traces and learning signals exist only then; the core is
    left as it was.
    """
    from golden_model.pictures import plots

    after, trained = (core.w_in, core.w_rec, core.w_out), core.snapshot()
    sample = data.test[0]
    result = core.run(sample, record=SIGNALS)
    core.restore(trained)
    thresholds = set(data.parameters.threshold.tolist())
    answer = f"label {sample.label}, answer {result.inference}"
    title = f"{task.name}, test sample 0 after epoch {results.epochs}, learning: {answer}"
    figures = (
        plots.curves(results.accuracy, chance=1 / data.parameters.n_out, title=task.name),
        plots.raster(
            sample,
            result.records,
            task.groups,
            threshold=thresholds.pop() if len(thresholds) == 1 else None,
            title=title,
        ),
        plots.weight_histograms(data.weights, after, title=f"{task.name}: weights"),
    )
    for figure, name in zip(figures, PICTURES, strict=True):
        figure.save(folder / name)
