"""Training: epochs of learning and testing, row by row, so that a killed run resumes to the same bits."""

import hashlib
import os
import platform
import time
from importlib.metadata import version

import numpy as np

import golden_model
from golden_model.console.limits import MOST, integer
from golden_model.core.core import Core
from golden_model.network.formats import Weights
from golden_model.samples.samples import Sample
from golden_model.training.experiment import Experiment
from golden_model.training.progress import Progress
from golden_model.training.report import write_pictures
from golden_model.training.results import Results, Row
from golden_model.training.run_folder import RunFolder


def train(
    experiment: Experiment,
    folder: str | os.PathLike[str],
    epochs: int = 10,
    *,
    resume: bool = False,
    progress: Progress | None = None,
) -> Results:
    """Train a network, keeping everything in a folder.

    An epoch learns from the training samples in order, then answers the test samples without learning.
    Weights and random sources go on from sample to sample and from epoch to epoch.

    Parameters
    ----------
    experiment : Experiment
    folder : path-like
        Holds nothing of these names yet, or, to resume, a run of the same settings.
    epochs : int
        In all, those done before included; 1..1000000.
    resume : bool
        Go on with the run in `folder`, if there is one.
    progress : Progress, optional
        Told of every sample and epoch.

    Raises
    ------
    ValueError
        If `epochs` is out of range, a sample does not fit the network, or the folder holds something else;
        nothing is written then.
    OSError
        If a file cannot be written.
    """
    run, progress = RunFolder(folder), progress or Progress()
    data = experiment.data
    core = Core(experiment.config, data.parameters)
    core.load_weights(*data.weights)
    with run.locked():
        results = run.open(experiment.settings(), resume)
        integer("epochs", epochs, max(results.epochs, 1), MOST)
        if results.epochs:
            run.restore(core, results.epochs)
        progress.start(results.epochs, epochs, len(data.train) + len(data.test))
        while results.epochs < epochs:
            _add_epoch(experiment, core, results, progress)
            if results.epochs == 1:
                run.begin(results, experiment.config, data.parameters)
            run.commit(results, core.snapshot())
            progress.epoch(results)
        run.write_weights(data.weights, _weights(core))
        write_pictures(run.path, experiment.task, data, results, core)
    return results


def weights_digest(core: Core) -> str:
    """Return the SHA-256 of the stored w_in, w_rec and w_out, concatenated in C order.

    They are little-endian integers of the fewest bytes of 1, 2 and 4.
    """
    bits = core.config.weight_bits + core.config.shadow_bits
    dtype = np.dtype("i1" if bits <= 8 else "<i2" if bits <= 16 else "<i4")
    content = b"".join(array.astype(dtype).tobytes() for array in core.stored_weights)
    return hashlib.sha256(content).hexdigest()


def _add_epoch(experiment: Experiment, core: Core, results: Results, progress: Progress) -> None:
    """Run one epoch and add it to the results."""
    began, epoch, data = time.monotonic(), results.epochs + 1, experiment.data
    results.versions = _versions()
    for name, samples in (("train", data.train), ("test", data.test)):
        answers = []
        for index, sample in enumerate(samples):
            row = _row(core, epoch, name, index, sample)
            results.rows.append(row)
            answers.append(row["inference"])
            progress.sample(row)
        results.accuracy[name].append(experiment.task.score(samples, answers))
    results.wall_seconds += time.monotonic() - began


def _row(core: Core, epoch: int, name: str, index: int, sample: Sample) -> Row:
    try:
        result = core.run(sample, learn=name == "train")
    except ValueError as error:
        raise ValueError(f"{name} sample {index}: {error}") from None
    return {
        "epoch": epoch,
        "set": name,
        "sample": index,
        "label": sample.label,
        "inference": result.inference,
        "weights_sha256": weights_digest(core),
    }


def _weights(core: Core) -> Weights:
    return core.w_in, core.w_rec, core.w_out


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("numpy", "numba")}
    return {"eprop-core": golden_model.__version__, "python": platform.python_version(), **packages}
