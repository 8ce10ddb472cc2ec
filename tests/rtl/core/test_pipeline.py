"""Registers between stages: values of many neurons, group after group, against lists of them."""

from typing import Any

import numpy as np
from amaranth.hdl import Module, Signal
from amaranth.lib import data
from amaranth.sim import Simulator, SimulatorContext

from golden_model.core.synapse import GROUP
from rtl.core.pipeline import Gather, delayed

BITS = 5


def run(module: Module, bench: Any) -> None:
    simulator = Simulator(module)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


def test_delayed_values_in_order() -> None:
    module, value = Module(), Signal(BITS, name="value")
    stages = delayed(module, value, "value", range(3, 6))
    shown = np.random.default_rng(1).integers(0, 1 << BITS, 50).tolist()

    async def bench(context: SimulatorContext) -> None:
        for n, number in enumerate(shown):
            context.set(value, number)
            before = [shown[n - stage] if n >= stage else 0 for stage in range(4)]
            assert [context.get(stage) for stage in stages] == before
            await context.tick()

    run(module, bench)
    assert [stage.name for stage in stages] == ["value", "value_3", "value_4", "value_5"]


def test_groups_of_all_sizes_are_handed_over_as_a_whole() -> None:
    """Between neurons, and while the next group is gathered, nothing that was handed over changes."""
    module, rng = Module(), np.random.default_rng(2)
    shown, neuron, value, take = Signal(), Signal(6), Signal(BITS), Signal()
    values, any_odd = Signal(data.ArrayLayout(BITS, GROUP)), Signal()
    gather = Gather(module, shown, neuron)
    gather.each(values, value, take)
    gather.any(any_odd, value[0], take)

    async def bench(context: SimulatorContext) -> None:
        handed, odd = [0] * GROUP, 0
        for size in [*rng.permutation(np.arange(1, GROUP + 1)), GROUP, 1, 2]:
            group = (rng.integers(0, 1 << BITS - 1, size) * 2 + (rng.random(size) < 0.1)).tolist()
            first = GROUP * int(rng.integers(4))
            for place, number in enumerate(group):
                for shows in (0, 1):
                    context.set(shown, shows)
                    context.set(neuron, first + place)
                    context.set(value, number if shows else 1)
                    await context.tick()
                    assert ([context.get(one) for one in values], context.get(any_odd)) == (handed, odd)
            context.set(shown, 0)
            context.set(take, 1)
            await context.tick()
            context.set(take, 0)
            handed = group + [0] * (GROUP - len(group))
            odd = int(any(number % 2 for number in group))
            assert ([context.get(one) for one in values], context.get(any_odd)) == (handed, odd)

    run(module, bench)
