"""Valid flags: cleared by a reset, set one by one, states without one set to 0 before a sample begins."""

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import Simulator, SimulatorContext

from golden_model.network.config import Config
from rtl.chip.flags import ValidFlags
from rtl.core.blocks import make_blocks
from rtl.core.memory import Memory
from rtl.core.storage import STATES

CONFIG = Config(n_in=21, n_rec=10, n_out=2)


async def idle(context: SimulatorContext, flags: ValidFlags) -> int:
    """Wait until the flags are not busy; return for how many cycles."""
    cycles = 0
    while context.get(flags.busy):
        await context.tick()
        cycles += 1
    return cycles


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_states_without_a_flag_are_set_to_zero(lanes: int) -> None:
    rng, blocks = np.random.default_rng([85, lanes]), make_blocks(CONFIG, lanes)
    flags, module = ValidFlags(blocks), Module()
    host = {name: blocks.storage.writer("host", name) for name in STATES}
    readers = {name: blocks.storage.reader("host", name) for name in STATES}
    module.submodules += [blocks.storage, flags]
    chosen = rng.random(CONFIG.n_in) < 0.4

    async def bench(context: SimulatorContext) -> None:
        await idle(context, flags)
        await fill(context, host, lanes)
        await mark(context, flags, chosen)
        context.set(flags.settle, 1)
        await context.tick()
        context.set(flags.settle, 0)
        assert await idle(context, flags) == -(-CONFIG.n_in // lanes) + 1
        for name in STATES:
            count = CONFIG.n_in if name == "trace_in" else CONFIG.n_rec
            values = await read(context, readers[name], blocks.storage.memories[name])
            assert [value != 0 for value in values[:count]] == chosen[:count].tolist(), name
        assert not context.get(flags.unsettled)

    simulator = Simulator(module)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


async def fill(context: SimulatorContext, host: dict[str, object], lanes: int) -> None:
    """Set all states to 1."""
    for name, port in host.items():
        count = CONFIG.n_in if name == "trace_in" else CONFIG.n_rec
        for word in range(-(-count // lanes)):
            context.set(port.write, (1 << lanes) - 1)
            context.set(port.address, word)
            context.set(port.word, [1] * lanes)
            await context.tick()
        context.set(port.write, 0)


async def mark(context: SimulatorContext, flags: ValidFlags, chosen: np.ndarray) -> None:
    """Set the flags of some neurons, in any order, after others had one for a while."""
    for value in (~chosen, chosen):
        for neuron in np.random.default_rng(86).permutation(CONFIG.n_in).tolist():
            context.set(flags.neuron, neuron)
            context.set(flags.value, int(value[neuron]))
            context.set(flags.write, 1)
            await context.tick()
            context.set(flags.write, 0)
    for neuron in range(CONFIG.n_in):
        context.set(flags.neuron, neuron)
        for _ in range(flags.latency):
            await context.tick()
        assert context.get(flags.valid) >> neuron % flags.lanes & 1 == chosen[neuron]


async def read(context: SimulatorContext, port: object, memory: Memory) -> list[int]:
    """Return all elements of a memory, as they are stored."""
    elements = []
    for word in range(memory.depth):
        context.set(port.read, 1)
        context.set(port.address, word)
        await context.tick()
        elements += [context.get(memory.read_word[lane]) for lane in range(memory.lanes)]
    context.set(port.read, 0)
    return elements
