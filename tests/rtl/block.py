"""One block of the circuit in Amaranth's simulator, with the registers of a network beside it."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from amaranth.hdl import Module, ValueLike
from amaranth.lib import wiring
from amaranth.sim import Simulator, SimulatorContext

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.core.registers import Registers
from rtl.delivery.program import Program

Bench = Callable[[SimulatorContext], Awaitable[None]]


def simulate(
    config: Config, parameters: Parameters, make: Callable[[Registers], wiring.Component], bench: Bench
) -> None:
    """Run a test bench on the block that `make` builds, once the registers hold those of a network.

    Sources are seeded by the register writes, as the golden model's are by `make_neuron` and the like.
    """
    module = Module()
    module.submodules.registers = registers = Registers(config)
    module.submodules.block = make(registers)

    async def programmed(context: SimulatorContext) -> None:
        for number, value in Program(config, parameters).register_writes():
            await strobe(context, registers, "write", number=number, data=value)
        await context.tick()  # in which sources load their seeds
        await bench(context)

    simulator = Simulator(module)
    simulator.add_clock(1e-6)
    simulator.add_testbench(programmed)
    simulator.run()


async def strobe(context: SimulatorContext, block: wiring.Component, name: str, **inputs: Any) -> None:
    """Hold an input of a block at 1 for a cycle, and others at their values from then on."""
    for member, value in {**inputs, name: 1}.items():
        context.set(getattr(block, member), value)
    await context.tick()
    context.set(getattr(block, name), 0)


def run(block: wiring.Component, bench: Bench) -> None:
    """Run a test bench on a block by itself."""
    simulator = Simulator(block)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


async def stream(
    context: SimulatorContext, block: wiring.Component, cycles: Iterable[dict[str, Any]], output: ValueLike
) -> list[Any]:
    """Set inputs, cycle after cycle, and return an output as it is `latency` cycles after each of them."""
    outputs, inputs = [], list(cycles)
    for members in inputs + [{}] * block.latency:
        for member, value in members.items():
            context.set(getattr(block, member), value)
        outputs.append(context.get(output))
        await context.tick()
    return outputs[block.latency :]
