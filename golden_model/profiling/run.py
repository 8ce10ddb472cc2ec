"""Profiling a finished run: the network and the data it learned from, put together again."""

import dataclasses
import json
import os
import time
from dataclasses import dataclass
from typing import Any

from golden_model.console.progress import Told
from golden_model.files.files import read_archive
from golden_model.files.reading import naming
from golden_model.network.formats import Weights
from golden_model.network.network import Network
from golden_model.profiling.options import N_SAMPLES, Options
from golden_model.profiling.profile import Profile, measure
from golden_model.profiling.search import Search, Trainer, search
from golden_model.tasks import Task, TaskData, generate, get_task
from golden_model.tasks.published import read_published
from golden_model.training.experiment import Experiment
from golden_model.training.run_folder import ARRAYS, NETWORK, RESULTS, WEIGHTS, RunFolder

Folder = str | os.PathLike[str]


@dataclass(frozen=True)
class Findings:
    """What is to be reported of a run.

    Attributes
    ----------
    experiment : Experiment
    profile : Profile
    search : Search
    search_seconds : float
        How long the trainings took.
    """

    experiment: Experiment
    profile: Profile
    search: Search
    search_seconds: float


def profile_run(folder: Folder, options: Options, told: Told = lambda *_: None) -> Findings:
    """Measure the trained network of a run and search for narrower words.

    Parameters
    ----------
    folder : path-like
        Of a finished run.
    options : Options
    told : callable, optional
        Called with what is under way, how much of it is done, and how much there is.

    Raises
    ------
    ValueError
        The folder holds no finished run, its data are not at hand, or a number is out of range.
    OSError
        A file cannot be read.
    """
    run = RunFolder(folder)
    weights, experiment = run.read_weights(), reopen(run, options.published)
    train, n_samples = experiment.data.train, options.samples
    if n_samples is not None and not 1 <= n_samples <= len(train):
        raise ValueError(f"samples = {n_samples} is outside 1..{len(train)}, the run's training samples")
    trainer = Trainer(experiment, options.epochs, options.repeats, told)
    measured = train[: n_samples or N_SAMPLES]
    profile = measure(experiment.config, experiment.data.parameters, weights, measured, told)
    began = time.monotonic()
    return Findings(experiment, profile, search(trainer, options.tolerance), time.monotonic() - began)


def reopen(run: RunFolder, published: Folder | None = None) -> Experiment:
    """Return the experiment of a run, with the initial weights that the run kept.

    Raises
    ------
    ValueError
        The run learned from published data and they are not given, or other data are; or a file is damaged.
    OSError
        A file cannot be read.
    """
    settings = run.read_results().settings
    with naming(run.path / RESULTS):
        task = get_task(settings["task"], **settings["task_parameters"])
    network = Network.read(run.path / NETWORK)
    if network.parameters is None:
        raise ValueError(f"{run.path / NETWORK}: the table [parameters] is missing")
    data = _data(run, settings, task, published)
    data = dataclasses.replace(data, parameters=network.parameters, weights=_initial_weights(run))
    experiment = Experiment(task, data, network.config, settings.get("seed"))
    for name, value in json.loads(json.dumps(experiment.settings())).items():
        if settings.get(name) != value:
            source = published or run.path / RESULTS
            raise ValueError(f"{source} does not fit the run in {run.path}, {name} is another")
    return experiment


def _data(run: RunFolder, settings: dict[str, Any], task: Task, published: Folder | None) -> TaskData:
    """Read or generate the data of a run."""
    if settings.get("data") == "read":
        if published is None:
            raise ValueError(f"the run in {run.path} learned from published data, say --published DIR")
        return read_published(published)
    if published is not None:
        raise ValueError(f"the run in {run.path} generated its data, --published is for runs that read them")
    sizes = [size for name in ("seed", "n_train", "n_test") if isinstance(size := settings.get(name), int)]
    if len(sizes) < 3:
        raise ValueError(f"{run.path / RESULTS} is damaged, it does not say how its data were generated")
    with naming(run.path / RESULTS):
        return generate(task, *sizes)


def _initial_weights(run: RunFolder) -> Weights:
    arrays = read_archive(run.path / WEIGHTS)
    names = [f"{name}_initial" for name in ARRAYS]
    for name in names:
        if name not in arrays or arrays[name].dtype.kind not in "iu":
            raise ValueError(f"{run.path / WEIGHTS} is damaged, it has no integers {name}")
    w_in, w_rec, w_out = (arrays[name] for name in names)
    return w_in, w_rec, w_out
