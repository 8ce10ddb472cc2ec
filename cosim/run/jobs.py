"""From recordings to jobs, one for each circuit, and from a difference to the command that shows it again."""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from cosim.run.job import Job, Report, fit
from golden_model.network.config import SIZES, Config
from golden_model.network.scaling import scale
from golden_model.recordings.vectors import Vector


def jobs_of(paths: Iterable[Path], lanes: int, *, fitted: bool, circuit: Config | None = None) -> list[Job]:
    """Return one job per configuration, in the order in which the recordings name them, or one for a circuit.

    Raises
    ------
    ValueError
        A file is not a recording, or its network does not fit the configuration.
    OSError
        A file cannot be read.
    """
    groups: dict[Config, dict[Path, Vector]] = {}
    for path in paths:
        vector = Vector.load(path)
        config = circuit or vector.config
        _check(path, vector, config)
        groups.setdefault(config, {})[path] = vector
    return [_job(config, lanes, vectors, fitted=fitted) for config, vectors in groups.items()]


def _job(config: Config, lanes: int, vectors: dict[Path, Vector], *, fitted: bool) -> Job:
    networks = [vector.parameters for vector in vectors.values()]
    accesses = sum(
        weights.size * (1 + len(vector.samples)) for vector in vectors.values() for weights in vector.weights
    )
    return Job(fit(config, networks) if fitted else config, lanes, list(vectors), accesses)


def _check(path: Path, vector: Vector, config: Config) -> None:
    """Refuse a recording of other widths or rules than a configuration, or of a network beyond its maxima."""
    for name, value in vector.config.model_dump().items():
        ours = getattr(config, name)
        if name not in SIZES and value != ours:
            raise ValueError(f"{path}: {name} = {value} of the recording is {ours} in the configuration")
    for name in SIZES:
        most, value = getattr(config, name), getattr(vector.parameters, name)
        if value > most:
            raise ValueError(f"{path}: {name} = {value} is outside 1..{most} of the configuration")
    try:
        scale(vector.config, vector.parameters)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def again(job: Job, one: Report, simulator: str) -> str:
    """Return the command that shows a difference again: in lock step, with waves if there is one to see."""
    options = ["--lanes", str(job.lanes), "--face", job.face, "--simulator", simulator]
    if job.config != Vector.load(one.vector).config:
        options += ["--preset", "reckon", *_changes(job.config)]
    if one.mismatch is not None or not job.in_lock_step:
        options += ["--waves"]
    return shlex.join(["eprop", "cosim", *options, one.vector])


def _changes(config: Config) -> Iterator[str]:
    """Yield options that make the configuration of the chip another one."""
    for name, published in Config.preset("reckon").model_dump().items():
        if (value := getattr(config, name)) != published:
            yield from ("--set", f"{name}={str(value).lower()}")
