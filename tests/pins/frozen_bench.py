"""What cocotb runs: memories read and written in the middle of a sample and before one."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import cocotb
import numpy as np

from golden_model.core.core import Core
from golden_model.core.snapshot import Snapshot, state_parts
from golden_model.network.registers import BY_NAME
from golden_model.samples.samples import Sample
from tests.helpers.pins.locked import LockedBoard
from tests.helpers.pins.networks import Stepwise, lines_of, network
from tests.pins.results_bench import STATUS_NUMBERS, check_sample, check_weights, programmed

Access = Callable[[LockedBoard, Stepwise], Awaitable[None]]
LIMITS = {"membrane": 900, "readout": 2000, "trace_in": 300, "trace_rec": 300, "trace_out": 300}


async def run_with(board: LockedBoard, core: Core, sample: Sample, accesses: dict[int, Access]) -> None:
    """Run a sample that learns; freeze the chip in some of its ticks. Compare results and weights."""
    halves, last = Stepwise(core), sample.n_ticks - 1
    await board.begin()
    core.begin()
    for tick in range(sample.n_ticks):
        on = tick >= sample.target_start
        target = sample.label if sample.targets is None else sample.targets[tick]
        host = (lines_of(sample, tick), target if on else None, on, tick == last)
        if tick in accesses:
            await freeze_in_tick(board, halves, accesses[tick], *host[:3])
        else:
            core.tick(*host)
            await board.tick(*host)
    sent = await board.end()
    result = core.end()
    assert core.parameters.registers.regression or sent == [result]
    await check_weights(board, core)
    assert await board.spi.read(0, STATUS_NUMBERS["refused_accesses"]) == [0]


async def freeze_in_tick(
    board: LockedBoard, halves: Stepwise, access: Access, lines: list[int], target: Any, infer: bool
) -> None:
    """Let the chip freeze after the step of a tick, access its memories, and let it go on.

    If it writes, the lock step compares of this tick what came before, and goes on from the state after it.
    """
    dut = board.dut
    await board.freeze()
    assert not dut.SPI_RDY.value
    ticking = cocotb.start_soon(board.tick(lines, target, infer))
    await board.frozen()
    halves.step(infer)
    before = halves.core.snapshot()
    await access(board, halves)
    assert dut.SPI_RDY.value
    assert not dut.TIMING_ERROR_RDY.value
    writes = differ(before, halves.core.snapshot())
    halves.go_on(lines, target)
    if writes:
        board.lock.go_on_from(halves.core.snapshot())
    await board.run()
    assert not dut.SPI_RDY.value
    await ticking


def differ(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether two states of a core are different ones."""
    return any(not np.array_equal(array, other.arrays[name]) for name, array in one.arrays.items())


async def check_states(board: LockedBoard, halves: Stepwise) -> None:
    """Read potentials and traces."""
    states = await board.memory.states()
    for name, expected in halves.states().items():
        assert np.array_equal(states[name], expected), name


async def check_records(
    records: dict[str, np.ndarray], tick: int, board: LockedBoard, halves: Stepwise
) -> None:
    """Read potentials and traces, which are as the golden model recorded them right after *step*."""
    states = await board.memory.states()
    for name, rows in records.items():
        assert np.array_equal(states[name], rows[tick]), (name, tick)


async def check_memories(board: LockedBoard, halves: Stepwise) -> None:
    """Read potentials, traces and weights."""
    await check_states(board, halves)
    own = (halves.core.w_in, halves.core.w_rec, halves.core.w_out)
    for read, expected in zip(await board.memory.weights(), own, strict=True):
        assert np.array_equal(read, expected)


def drawn_states(core: Core, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return states of all neurons, lines and readouts; potentials are signed."""
    parts = state_parts(core._blocks)
    return {
        name: rng.integers(-high if name in ("membrane", "readout") else 0, high, parts[name].array.size)
        for name, high in LIMITS.items()
    }


@cocotb.test()
async def memories_read_in_a_sample(dut: Any) -> None:
    """States after every step; weights after some."""
    for registers in ({}, {"regression": 1}):
        core, (sample, *_) = network(**registers)
        records = network(**registers)[0].run(sample, record=tuple(LIMITS)).records
        board = await programmed(dut, core)
        accesses: dict[int, Access] = {
            tick: partial(check_records, records, tick) for tick in range(1, sample.n_ticks - 1)
        }
        await run_with(board, core, sample, accesses | dict.fromkeys((6, 18), check_memories))


@cocotb.test()
async def weights_written_in_a_sample(dut: Any) -> None:
    """Without and with plasticity: those of another network take part in the same tick."""
    for learn in (0, 7):
        core, (sample, *_) = network(do_eprop=learn)
        board, rng = await programmed(dut, core), np.random.default_rng(learn)

        async def write(
            board: LockedBoard, halves: Stepwise, core: Core = core, rng: np.random.Generator = rng
        ) -> None:
            weights = [rng.permuted(array, axis=1) for array in (core.w_in, core.w_rec, core.w_out)]
            core.load_weights(*weights)
            await board.memory.load_weights(*weights)
            await check_memories(board, halves)

        await run_with(board, core, sample, {4: write, 9: write, 15: check_states})


@cocotb.test()
async def states_written_in_a_sample(dut: Any) -> None:
    core, (sample, *_) = network()
    board, rng = await programmed(dut, core), np.random.default_rng(3)

    async def write(board: LockedBoard, halves: Stepwise) -> None:
        states = drawn_states(core, rng)
        halves.change(states)
        await board.memory.write_states(states)
        await check_states(board, halves)

    await run_with(board, core, sample, {3: write, 8: write, 9: check_states, 15: write, 16: check_states})


@cocotb.test()
async def spikes_and_flags_written_in_a_sample(dut: Any) -> None:
    """A neuron fires that did not, one does not that did, and states without a flag are 0."""
    core, (sample, *_) = network()
    board, rng = await programmed(dut, core), np.random.default_rng(4)

    async def write(board: LockedBoard, halves: Stepwise) -> None:
        fired = halves.fired()
        silent = sorted(set(range(20)) - fired)
        assert fired
        chosen = [(min(fired), False, True), (silent[0], True, True), (silent[-1], True, False)]
        for neuron in rng.integers(0, 20, 3).tolist():
            chosen.append((neuron, bool(rng.integers(2)), False))
        for neuron, spike, valid in chosen:
            halves.preset(neuron, spike=spike, valid=valid)
            await board.memory.preset(neuron, spike=spike, valid=valid)
        await check_states(board, halves)

    await run_with(board, core, sample, {6: write, 7: check_states, 12: write, 13: check_states})


@cocotb.test()
async def seeds_written_in_a_sample(dut: Any) -> None:
    core, (sample, *_) = network(noise_en=1, noise_str=8)
    board = await programmed(dut, core)
    other, _ = network(noise_en=1, noise_str=8)
    other.run(sample)
    seeds, arrays = other.seeds(), other.snapshot().arrays
    assert seeds != core.seeds()

    async def write(board: LockedBoard, halves: Stepwise) -> None:
        halves.change({name: array for name, array in arrays.items() if name.startswith("source_")})
        for name, seed in seeds.items():
            await board.spi.write_register(BY_NAME[name].number, seed)

    await run_with(board, core, sample, {10: write, 11: check_states, 17: check_states})


@cocotb.test()
async def states_and_spikes_written_before_a_sample(dut: Any) -> None:
    """Those with a valid flag count, in one sample only."""
    core, samples = network()
    board, rng = await programmed(dut, core), np.random.default_rng(5)
    drawn = drawn_states(core, rng)
    del drawn["readout"]
    await board.freeze()
    await board.memory.write_states(drawn)
    flags = {neuron: neuron % 5 == 0 for neuron in range(0, 20, 3)}  # of each of them, whether it fires
    for neuron, spike in flags.items():
        await board.memory.preset(neuron, spike=spike, valid=True)
    states = {
        name: np.where(np.isin(np.arange(array.size), [*flags]), array, 0) for name, array in drawn.items()
    }
    read = await board.memory.states()
    assert all(np.array_equal(read[name], array) for name, array in states.items())
    await board.run()
    await run_preset(board, core, samples[0], states, flags)
    await check_sample(board, core, samples[1])


async def run_preset(
    board: LockedBoard, core: Core, sample: Sample, states: dict[str, np.ndarray], flags: dict[int, bool]
) -> None:
    """Run a sample that begins with given states and spikes; the lock step begins after its first tick."""
    core.begin()
    halves = Stepwise(core)
    halves.change(states)
    for neuron, spike in flags.items():
        halves.preset(neuron, spike=spike, valid=True)
    core.tick(lines_of(sample, 0))
    board.lock.go_on_from(core.snapshot())
    answer = await board.present(sample)
    for tick in range(1, sample.n_ticks):
        on = tick >= sample.target_start
        core.tick(lines_of(sample, tick), sample.label if on else None, on, tick == sample.n_ticks - 1)
    assert answer.last == [core.end()]
    await check_weights(board, core)
