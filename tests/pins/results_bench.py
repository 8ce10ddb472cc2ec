"""What cocotb runs: all results that a chip can send, per step and at the end, and weights after samples."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import FallingEdge
from cocotb.utils import get_sim_time

from cosim.chip.board import PERIOD, potentials
from golden_model.core.core import Core
from golden_model.core.result import Result
from golden_model.network.registers import STATUS, Registers
from golden_model.samples.samples import Sample
from tests.helpers.pins.locked import LockedBoard
from tests.helpers.pins.networks import CONFIG, LANES, lines_of, network

RECORDS = ("readout", "wins")
STATUS_NUMBERS = {name: number for name, number, *_ in STATUS}
PERIOD_OF_TICKS = 2000


async def programmed(dut: Any, core: Core) -> LockedBoard:
    """Return a board whose chip has a network's registers and weights."""
    board = LockedBoard(dut, CONFIG, core.parameters, LANES)
    await board.start()
    await board.program(core.w_in, core.w_rec, core.w_out)
    return board


async def check_weights(board: LockedBoard, core: Core) -> None:
    """Read all weights back."""
    for name, weights in zip(("w_in", "w_rec", "w_out"), await board.weights(), strict=True):
        assert np.array_equal(weights, getattr(core, name)), name


def sent_after(registers: Registers, result: Result, tick: int) -> list[int]:
    """Return what follows the step of a tick: nothing, the winner so far, or all potentials."""
    if tick == 0 or not registers.send_per_timestep:
        return []
    if registers.send_label_only:
        return [int(np.argmax(result.records["wins"][tick]))]
    return result.records["readout"][tick].tolist()


def check_steps(registers: Registers, result: Result, steps: list[list[int]]) -> None:
    """Compare what was sent after each step, the last one's being the result of the sample."""
    decode = list if registers.send_label_only else potentials
    for tick, sent in enumerate(steps):
        assert decode(sent) == sent_after(registers, result, tick), tick


async def check_sample(board: LockedBoard, core: Core, sample: Sample, *, learn: bool = True) -> Result:
    """Present a sample to the chip and to the core; compare results and weights."""
    registers = core.parameters.registers
    result, answer = core.run(sample, learn, record=RECORDS), await board.present(sample, learn=learn)
    check_steps(registers, result, answer.steps)
    if registers.regression:
        assert potentials(answer.last) == result.records["readout"][-1].tolist()
    else:
        assert answer.last == [result.inference]
    await check_weights(board, core)
    return result


@cocotb.test()
async def potentials_of_a_regression_at_every_step(dut: Any) -> None:
    """Two samples, the second without a reset: weights and random sources go on."""
    core, samples = network(regression=1, send_per_timestep=1, send_label_only=0)
    board = await programmed(dut, core)
    for sample in samples[:2]:
        before = core.stored_weights
        result = await check_sample(board, core, sample)
        assert len(np.unique(result.records["readout"])) > 40
        assert all(np.any(old != new) for old, new in zip(before, core.stored_weights, strict=True))


@cocotb.test()
async def potentials_of_a_classification_at_every_step(dut: Any) -> None:
    core, samples = network(send_per_timestep=1, send_label_only=0)
    board = await programmed(dut, core)
    await check_sample(board, core, samples[0])


@cocotb.test()
async def winners_so_far(dut: Any) -> None:
    """Of three samples, the second without plasticity."""
    core, samples = network(send_per_timestep=1)
    board = await programmed(dut, core)
    winners = set()
    for sample, learn in zip(samples, (True, False, True), strict=True):
        await board.set_plasticity(core.parameters.registers.do_eprop * learn)
        result = await check_sample(board, core, sample, learn=learn)
        winners |= {sent_after(core.parameters.registers, result, tick)[0] for tick in range(6, 20)}
    assert len(winners) > 1


@cocotb.test()
async def a_label_per_request(dut: Any) -> None:
    """Another label in each step that asks for one, and steps without one."""
    core, (sample, *_) = network(single_label=0)
    board = await programmed(dut, core)
    labels = np.random.default_rng(1).integers(-1, 3, sample.n_ticks).tolist()
    core.begin()
    await board.begin()
    for tick, label in enumerate(labels):
        host = (lines_of(sample, tick), None if label < 0 else label, tick % 3 > 0, tick == len(labels) - 1)
        core.tick(*host)
        assert await board.tick(*host) == []
    assert await board.end() == [core.end()]
    await check_weights(board, core)


@cocotb.test()
async def local_ticks(dut: Any) -> None:
    """Ticks from inside come at their period, and change nothing."""
    local = {"local_tick": 1, "cycles_per_tick": PERIOD_OF_TICKS}
    core, samples = network(send_per_timestep=1, send_label_only=0, **local)
    board = await programmed(dut, core)
    for sample in samples[:2]:
        ticks: list[float] = []
        watching = cocotb.start_soon(note_falls(dut.TIMING_ERROR_RDY, ticks))
        await check_sample(board, core, sample)
        watching.cancel()
        assert len(ticks) == sample.n_ticks
        assert set(np.diff(ticks)) == {PERIOD * PERIOD_OF_TICKS}
    assert await board.spi.read(0, STATUS_NUMBERS["timing_errors"]) == [0]


async def note_falls(pin: Any, times: list[float]) -> None:
    """Note when a pin falls."""
    while True:
        await FallingEdge(pin)
        times.append(get_sim_time("ns"))
