"""Whole samples of cue accumulation for the pins: what a chip starts from, and what has to come out."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from golden_model.config import Config
from golden_model.core import Core
from golden_model.expected import read_expected
from golden_model.parameters import Parameters
from golden_model.samples import Sample
from golden_model.training import weights_digest
from tests.bench.workloads import PUBLISHED, task_data
from tests.pins import Task


@dataclass(frozen=True)
class Case:
    """A sample for a chip, the inference and the digest of the weights after it."""

    kind: str
    task: Task
    inference: int | None
    digest: str


def cases(config: Config) -> list[Case]:
    """Return the first training sample, and the first test sample after an epoch of training.

    The chip starts the latter with the weights of the golden model and with seeds for its random sources. Of
    the published data, expected.json says what has to come out; of generated data, the golden model does.
    """
    data, published = task_data()
    core = Core(config, data.parameters)
    core.load_weights(*data.weights)
    training = _case(core, data.train[0], "train")
    for sample in data.train[1:]:
        core.run(sample)
    both = [training, _case(core, data.test[0], "test")]
    return [_as_published(case) for case in both] if published else both


def _case(core: Core, sample: Sample, kind: str) -> Case:
    """Run a sample on the golden model, after noting the state that it starts from."""
    old, learn = core.parameters, kind == "train"
    parameters = Parameters(old.registers.replace(**core.seeds()), old.alpha, old.threshold)
    task = Task(core.config, parameters, (core.w_in, core.w_rec, core.w_out), [(sample, learn)])
    return Case(kind, task, core.run(sample, learn).inference, weights_digest(core))


def _as_published(case: Case) -> Case:
    """Return a case with what expected.json says of it."""
    rows = read_expected(PUBLISHED) or []
    first = {"epoch": 1, "set": case.kind, "sample": 0}
    (row,) = (row for row in rows if first.items() <= row.items())
    return replace(case, inference=row["inference"], digest=row["weights_sha256"])


def digest(weights: tuple[Any, Any, Any]) -> str:
    """Return the SHA-256 of weights that were read back."""
    return hashlib.sha256(b"".join(array.astype(np.int8).tobytes() for array in weights)).hexdigest()
