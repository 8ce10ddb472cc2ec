"""The answers of a trained network to samples from files."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from golden_model.core.core import Core
from golden_model.files.reading import naming
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.samples.event_files import read_samples
from golden_model.samples.samples import Sample
from golden_model.tasks import get_task
from golden_model.training.run_folder import NETWORK, RESULTS, WEIGHTS, RunFolder


@dataclass(frozen=True)
class Evaluation:
    """How well a network answered the samples of one file: `score` is the task's, 0..1."""

    path: Path
    n_samples: int
    score: float


def evaluate(folder: str | os.PathLike[str], paths: Iterable[str | os.PathLike[str]]) -> Iterator[Evaluation]:
    """Yield how well the trained network of a run answers the samples of each file.

    Every file meets the network as it would be programmed into a circuit: the trained weights, and the random
    sources at their seeds. All files are read before the first is evaluated.

    Raises
    ------
    ValueError
        If the folder holds no finished run, or a file is damaged or does not fit the network.
    OSError
        If a file cannot be read.
    """
    run = RunFolder(folder)
    settings, weights = run.read_results().settings, run.read_weights()
    with naming(run.path / RESULTS):
        task = get_task(settings["task"], **settings["task_parameters"])
    network = run.path / NETWORK
    config, parameters = Config.from_toml(network), Parameters.from_toml(network)
    files = [(Path(path), _read(Path(path), settings["target_start"])) for path in paths]
    for path, samples in files:
        with naming(network):
            core = Core(config, parameters)
        with naming(run.path / WEIGHTS):
            core.load_weights(*weights)
        yield Evaluation(path, len(samples), task.score(samples, list(_answers(path, core, samples))))


def _read(path: Path, target_start: int | None) -> list[Sample]:
    samples = read_samples(path, default_start=target_start)
    if not samples:
        raise ValueError(f"{path}: there are no samples")
    for index, sample in enumerate(samples):
        if sample.label is None and sample.targets is None:
            raise ValueError(f"{path}, sample {index}: there is no label to compare the answer with")
    return samples


def _answers(path: Path, core: Core, samples: Iterable[Sample]) -> Iterator[int | None]:
    for index, sample in enumerate(samples):
        try:
            yield core.run(sample, learn=False).inference
        except ValueError as error:
            raise ValueError(f"{path}, sample {index}: {error}") from None
