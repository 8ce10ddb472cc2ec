"""Whole samples of cue accumulation for the pins: what a chip starts from, and what has to come out."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.samples.samples import Sample
from golden_model.training.expected import read_expected
from golden_model.training.training import weights_digest
from tests.helpers.pins import Task
from tests.helpers.task_data import PUBLISHED, task_data


@dataclass(frozen=True)
class Case:
    """A sample for a chip, and what has to come out of it.

    Attributes
    ----------
    kind : {"train", "test"}
    task : Task
    inference : int
    digest : str
        Of the weights after the sample.
    readouts : array [n_ticks, n_out]
        Potentials after each step, by the golden model.
    """

    kind: str
    task: Task
    inference: int | None
    digest: str
    readouts: Int64Array


def cases(config: Config, **changes: int) -> list[Case]:
    """Return the first training sample, and the first test sample after an epoch of training.

    Registers are the published ones but for `changes`, which may only say what is sent when. The chip
    starts the test sample with the golden model's weights, and seeds from which its random sources go on.
    What has to come out is in expected.json for the published data, and computed by the golden model for
    generated data.
    """
    data, published = task_data()
    core = Core(config, data.parameters)
    core.load_weights(*data.weights)
    training = _case(core, data.train[0], "train", changes)
    for sample in data.train[1:]:
        core.run(sample)
    both = [training, _case(core, data.test[0], "test", changes)]
    return [_as_published(case) for case in both] if published else both


def _case(core: Core, sample: Sample, kind: str, changes: dict[str, int]) -> Case:
    """Run a sample on the golden model, after noting the state that it starts from."""
    old, learn = core.parameters, kind == "train"
    registers = old.registers.replace(**core.seeds(), **changes)
    parameters = Parameters(registers, old.alpha, old.threshold)
    task = Task(core.config, parameters, (core.w_in, core.w_rec, core.w_out), [(sample, learn)])
    result = core.run(sample, learn, record="readout")
    return Case(kind, task, result.inference, weights_digest(core), result.records["readout"])


def _as_published(case: Case) -> Case:
    """Return a case with what expected.json says of it."""
    rows = read_expected(PUBLISHED) or []
    first = {"epoch": 1, "set": case.kind, "sample": 0}
    (row,) = (row for row in rows if first.items() <= row.items())
    return replace(case, inference=row["inference"], digest=row["weights_sha256"])


def digest(weights: tuple[Any, Any, Any]) -> str:
    """Return the SHA-256 of weights that were read back."""
    return hashlib.sha256(b"".join(array.astype(np.int8).tobytes() for array in weights)).hexdigest()
