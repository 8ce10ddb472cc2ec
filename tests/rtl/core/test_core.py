"""The core: every record of networks that do all it can, at every number of lanes, and its cycles."""

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import Simulator, SimulatorContext

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from rtl.core.core import Core
from rtl.core.registers import BUS_BITS
from rtl.delivery.program import FREEZE, Program
from tests.helpers.core_networks import NETWORKS, SIMULATED, expected, predicted, seen, shown

SMALL = Config(n_in=3, n_rec=4, n_out=2)
NETWORK = Registers.for_network(n_in=3, n_rec=4, n_out=2, single_label=0, fp_loc_winp=3)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
def test_results_and_weights_are_those_of_the_golden_model(lanes: int) -> None:
    assert [(name, one.problem) for name, one in seen(lanes).items()] == [(name, "") for name in NETWORKS]


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_record_is_the_golden_model_s(name: str, lanes: int) -> None:
    assert shown(name, lanes) == expected(name, lanes)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_cycles_are_as_predicted(name: str, lanes: int) -> None:
    counted = seen(lanes)[name].cycles
    assert counted == {phase: count for phase, count in predicted(name, lanes).items() if count}


def stimuli(rng: np.random.Generator, cycles: int) -> list[dict[str, int]]:
    """Return what a host does that knows nothing of the core: any inputs in any cycle."""
    return [
        {
            "tick": int(rng.random() < 0.2),
            "sample": int(rng.random() < 0.9),
            "target_valid": int(rng.random() < 0.8),
            "infer": int(rng.integers(2)),
            "event.valid": int(rng.random() < 0.3),
            "event.payload": int(rng.integers(SMALL.n_in)),
            "target.valid": int(rng.random() < 0.05),
            "target.payload": int(rng.integers(SMALL.n_out)),
            "result.ready": int(rng.integers(2)),
            "register.write": int(rng.random() < 0.1),
            "register.number": FREEZE,
            "register.data": int(rng.integers(2)),
            "access.write": int(rng.random() < 0.2),
            "access.row": int(rng.integers(SMALL.n_rec)),
            "access.space": int(rng.integers(5)),
            "access.data": int(rng.integers(1 << BUS_BITS)),
        }
        for _ in range(cycles)
    ]


OUTPUTS = ("ready", "idle", "frozen", "target_request", "result.valid", "result.payload", "event.ready")


def test_the_trace_port_changes_no_cycle() -> None:
    cores = [Core(SMALL, lanes=2, trace=trace) for trace in (False, True)]
    module = Module()
    module.submodules += cores
    moves = set()

    async def bench(context: SimulatorContext) -> None:
        for number, value in Program(SMALL, Parameters(NETWORK, 0x7FEF, 100)).register_writes():
            for core in cores:
                put(context, core, {"register.write": 1, "register.number": number, "register.data": value})
            await context.tick()
        for inputs in stimuli(np.random.default_rng(81), 1500):
            for core in cores:
                put(context, core, inputs)
            without, with_port = ([context.get(member(core, name)) for name in OUTPUTS] for core in cores)
            assert without == with_port
            moves.add(tuple(without[:4]))
            await context.tick()

    simulator = Simulator(module)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    assert moves == {(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)}


@pytest.mark.parametrize("lanes", [1, 4])
def test_no_memory_is_read_and_written_at_one_address(lanes: int) -> None:
    """At 4 lanes all memories of states have one word."""
    core = Core(SMALL, lanes=lanes)

    async def bench(context: SimulatorContext) -> None:
        await watch_memories(context, core)

    simulator = Simulator(core)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


async def watch_memories(context: SimulatorContext, core: Core) -> None:
    memories, used = core.blocks.storage.memories, set()
    for number, value in Program(SMALL, Parameters(NETWORK, 0x7FEF, 100)).register_writes():
        put(context, core, {"register.write": 1, "register.number": number, "register.data": value})
        await context.tick()
    for inputs in stimuli(np.random.default_rng(82), 800):
        put(context, core, inputs)
        for name, memory in memories.items():
            if context.get(memory.read) and context.get(memory.write):
                assert context.get(memory.read_address) != context.get(memory.write_address), name
                used.add(name)
        await context.tick()
    assert used


def put(context: SimulatorContext, core: Core, inputs: dict[str, int]) -> None:
    for name, value in inputs.items():
        context.set(member(core, name), value)


def member(core: Core, path: str) -> object:
    for name in path.split("."):
        core = getattr(core, name)
    return core


def test_latency_of_a_first_tick_without_events() -> None:
    core = Core(SMALL, lanes=4)

    async def bench(context: SimulatorContext) -> None:
        while not context.get(core.idle):
            await context.tick()
        context.set(core.sample, 1)
        context.set(core.tick, 1)
        for cycle in range(1, core.latency + 1):
            await context.tick()
            context.set(core.tick, 0)
            assert context.get(core.ready) == (cycle == core.latency)

    simulator = Simulator(core)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


@pytest.mark.parametrize("lanes", [0, 3, 32])
def test_other_numbers_of_lanes_are_refused(lanes: int) -> None:
    with pytest.raises(ValueError, match=f"lanes = {lanes} is not one of 1, 2, 4, 8, 16"):
        Core(SMALL, lanes=lanes)
