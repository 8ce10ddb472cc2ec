"""What a user writes, as the type checker has to see it: every type is known, and none is Any."""

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

from cosim import Board, SpiMaster
from golden_model import Config, Core, Parameters, Registers, Result, Sample, Snapshot, TickResult, run_many
from golden_model.tasks import TaskData, generate, get_task
from golden_model.training.experiment import make_experiment
from golden_model.training.results import Results
from golden_model.training.training import train
from rtl import LANES
from rtl.delivery.verilog import generate_core

config = Config.preset("navigation").replace(weight_bits=6)
assert_type(config, Config)
assert_type(Config(shadow_bits=2).weight_bits, int)
registers = Registers.for_network(n_in=4, n_rec=6, n_out=2, do_eprop=7)
assert_type(registers.replace(kappa=0x79), Registers)
parameters = Parameters(registers, alpha=0x7FEF, threshold=614)
core = Core(config, parameters)
core.load_weights(np.zeros((4, 6), int), np.zeros((6, 6), int), np.zeros((6, 2), int))
assert_type(core.w_in, NDArray[np.int64])

sample = Sample.from_raster(np.ones((10, 4), bool), label=1)
assert_type(sample, Sample)
result = core.run(sample, record=("spike", "membrane"))
assert_type(result, Result)
assert_type(result.inference, int | None)
core.begin()
assert_type(core.tick([0, 3], target=1, infer=True), TickResult)
assert_type(core.snapshot(), Snapshot)
assert_type(run_many([(core, [sample])], workers=2), list[list[Result]])

data = generate(get_task("cue-accumulation", delay=100), seed=0, n_train=2, n_test=2)
assert_type(data, TaskData)
assert_type(data.train, list[Sample])
assert_type(train(make_experiment("cue-accumulation"), "run", epochs=1), Results)

assert_type(LANES, tuple[int, int, int, int, int])
assert_type(generate_core(config, lanes=4), str)


async def read_status(dut: object) -> list[int]:
    board = Board(dut, config, parameters)
    assert_type(board.spi, SpiMaster)
    await board.start()
    return await board.spi.read(0, 0, count=2)
