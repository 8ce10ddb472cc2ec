"""What is measured: the published task, and random networks of any size."""

import numpy as np

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample
from golden_model.tasks import TaskData
from golden_model.tasks.cue_accumulation import ALPHA, REGISTERS, THRESHOLD
from tests.bench.scalar_loop import ScalarLoop


def core_of(data: TaskData) -> Core:
    core = Core(Config.preset("reckon"), data.parameters)
    core.load_weights(*data.weights)
    return core


def scalar_loop_of(data: TaskData) -> ScalarLoop:
    parameters = data.parameters
    return ScalarLoop(
        parameters.registers.to_dict(),
        parameters.alpha.tolist(),
        parameters.threshold.tolist(),
        *data.weights,
    )


def run_scalar(loop: ScalarLoop, sample: Sample, learn: bool) -> int:
    label = -1 if sample.label is None else sample.label
    return loop.run(sample.lines, sample.offsets, sample.n_ticks, label, sample.target_start, learn)


def random_core(n_rec: int, rng: np.random.Generator) -> Core:
    """Return a network with the published registers and weights drawn as for the cue accumulation task."""
    registers = Registers.for_network(n_in=40, n_rec=n_rec, n_out=2, **REGISTERS)
    core = Core(Config(n_rec=max(n_rec, 256)), Parameters(registers, ALPHA, THRESHOLD))
    gains = {(40, n_rec): 90, (n_rec, n_rec): 18, (n_rec, 2): 90}
    arrays = [rng.normal(0, gain / shape[0] ** 0.5, shape) for shape, gain in gains.items()]
    core.load_weights(*(np.rint(array).clip(-128, 127).astype(np.int64) for array in arrays))
    return core


def random_sample(rate: float, rng: np.random.Generator, n_ticks: int = 400) -> Sample:
    """Return a sample of 40 lines at a rate in Hz, whose second half has a target."""
    raster = rng.random((n_ticks, 40)) < rate / 1000
    return Sample.from_raster(raster, label=0, target_start=n_ticks // 2)
