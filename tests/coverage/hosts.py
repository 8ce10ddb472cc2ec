"""A host that does anything in any cycle, and then runs a sample; the core is simulated by Amaranth."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from amaranth.sim import Simulator, SimulatorContext

from golden_model.core.core import Core as Golden
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME, Registers
from golden_model.samples.samples import Sample
from rtl.core.core import Core
from rtl.core.storage import Space
from rtl.delivery.program import FREEZE, Program
from tests.coverage.transitions import DEEDS, Transition, counted, transitions
from tests.widths.networks import WidthSet, events_of, leaks_of, registers_of, targets_of, weights_of

CONFIG = Config(n_in=3, n_rec=4, n_out=2)
NETWORK = WidthSet("any host", {}, {"fp_loc_winp": 5}, (3, 4, 2), 1, 12, 2, thresholds=(200, 400), rate=0.4)
LANES = 2
PATIENCE = 2000  # cycles
# How often a port is 1 in a cycle; what goes with it is drawn over its whole range.
CHANCES = {
    "tick": 0.3, "sample": 0.9, "target_valid": 0.7, "infer": 0.5, "halt": 0.02, "event.valid": 0.2,
    "target.valid": 0.1, "result.ready": 0.5, "register.write": 0.3, "access.write": 0.1, "access.read": 0.1,
}  # fmt: skip
SETTINGS = ("en_conf", "send_per_timestep", "do_eprop", "regression", "single_label", "regul_mode")
SPACES = {"w_in": Space.W_IN, "w_rec": Space.W_REC, "w_out": Space.W_OUT}


def golden() -> tuple[Golden, Sample]:
    """Return the golden model of the network, and its sample."""
    rng = NETWORK.generator()
    core = Golden(CONFIG, Parameters(Registers(**registers_of(NETWORK, rng)), *leaks_of(NETWORK, rng)))
    core.load_weights(*weights_of(NETWORK, rng).values())
    (raster,), (labels, _) = events_of(NETWORK, rng), targets_of(NETWORK, rng)
    return core, Sample.from_raster(raster, label=int(labels[0]), target_start=NETWORK.target_start)


def anything(rng: np.random.Generator) -> dict[str, int]:
    """Return inputs that follow no protocol."""
    ones = {name: int(rng.random() < chance) for name, chance in CHANCES.items()}
    register = BY_NAME[str(rng.choice(SETTINGS))]
    place = {"access.row": int(rng.integers(4)), "access.column": int(rng.integers(4))}
    others = {
        "event.payload": int(rng.integers(CONFIG.n_in)),
        "target.payload": int(rng.integers(-3000, 3000)),
        "register.number": register.number,
        "register.data": int(rng.integers(1 << register.bits)),
        "access.space": int(rng.integers(5)),
        "access.data": int(rng.integers(1 << 32)),
    }
    return ones | place | others


class Host:
    """A host at the ports of a core, which counts what the core does and what it does itself."""

    def __init__(self, context: SimulatorContext, core: Core) -> None:
        self.context, self.core = context, core
        self.transitions: Counter[Transition] = Counter()
        self.deeds: Counter[str] = Counter()
        self.results: list[int] = []

    def port(self, path: str) -> Any:
        port: Any = self.core
        for name in path.split("."):
            port = getattr(port, name)
        return port

    def put(self, inputs: dict[str, int]) -> None:
        for path, value in inputs.items():
            self.context.set(self.port(path), value)

    async def pulse(self, strobe: str, inputs: dict[str, int]) -> None:
        """Let a clock cycle pass in which a strobe is 1."""
        self.put(inputs | {strobe: 1})
        await self.pass_cycle()
        self.put({strobe: 0})

    async def pass_cycle(self) -> None:
        """Let a clock cycle pass; take a result, count deeds and a transition."""
        core, context, state = self.core, self.context, self.core.fsm.state
        names, before = list(core.fsm.encoding), context.get(state)
        self.deeds.update(f"{deed} in {names[before]}" for deed in DEEDS if context.get(self.port(deed)))
        if context.get(core.result.valid) and context.get(core.result.ready):
            self.results.append(context.get(core.result.payload))
        await context.tick()
        if (after := context.get(state)) != before:
            self.transitions[names[before], names[after]] += 1

    async def until(self, path: str) -> None:
        """Wait until an output is 1."""
        for _ in range(PATIENCE):
            if self.context.get(self.port(path)):
                return
            await self.pass_cycle()
        raise TimeoutError(f"{path} stays 0")

    async def do_anything(self, rng: np.random.Generator, cycles: int) -> None:
        """Put anything at the ports in every cycle."""
        for _ in range(cycles):
            self.put(anything(rng))
            await self.pass_cycle()
        self.put(dict.fromkeys(CHANCES, 0) | {"result.ready": 1})

    async def give_up(self) -> None:
        """Give up the sample that is under way."""
        self.put({"halt": 1})
        await self.until("idle")
        self.put({"halt": 0})

    async def program(self, model: Golden) -> None:
        """Write registers, leaks, thresholds and weights."""
        program = Program(CONFIG, model.parameters)
        for number, data in (*program.register_writes(), (FREEZE, 0)):
            await self.pulse("register.write", {"register.number": number, "register.data": data})
        for pair, alpha, threshold in program.pair_writes():
            await self.pulse("access.write", element(Space.ALPHA, pair, 0, alpha))
            await self.pulse("access.write", element(Space.THRESHOLD, pair, 0, threshold))
        for name, space in SPACES.items():
            for (row, column), weight in np.ndenumerate(getattr(model, name)):
                await self.pulse("access.write", element(space, row, column, int(weight)))

    async def run(self, sample: Sample) -> int:
        """Run a sample, and return its winner."""
        for tick in range(sample.n_ticks):
            for line in sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist():
                await self.pulse("event.valid", {"event.payload": line})
            on = int(tick >= sample.target_start)
            host = {"sample": int(tick < sample.n_ticks - 1), "target_valid": on, "infer": on}
            if tick == 0:
                await self.pulse("target.valid", {"target.payload": sample.label or 0})
            await self.pulse("tick", host)
            await self.until("ready")
        return self.results[-1]

    async def weights(self, model: Golden) -> dict[str, Any]:
        """Read all weights, in the shape that the model has them in."""
        read = {}
        for name, space in SPACES.items():
            read[name] = np.zeros_like(getattr(model, name))
            for row, column in np.ndindex(read[name].shape):
                await self.pulse("access.read", element(space, row, column, 0))
                await self.until("access.valid")
                value = self.context.get(self.core.access.value)
                read[name][row, column] = value - (value >> 31 << 32)
        return read


def element(space: Space, row: int, column: int, data: int) -> dict[str, int]:
    """Return the inputs of an access."""
    place = {"access.space": space.value, "access.row": row, "access.column": column}
    return place | {"access.data": data % (1 << 32)}


@dataclass
class Seen:
    """What a core did with a host: bins, then the answer to a sample and the weights after it."""

    hits: dict[str, int]
    answer: int
    weights: dict[str, Any]


def order() -> set[Transition]:
    """Return the transitions that the core has."""
    return transitions(Core(CONFIG, lanes=LANES))


@cache
def any_host(seed: int = 4, cycles: int = 2500) -> Seen:
    """Return what a core does whose host does anything for so many cycles."""
    core, found = Core(CONFIG, lanes=LANES), []
    model, sample = golden()

    async def bench(context: SimulatorContext) -> None:
        host = Host(context, core)
        await host.do_anything(np.random.default_rng(seed), cycles)
        await host.give_up()
        await host.pulse("tick", {"sample": 1})
        await host.give_up()  # a sample that has the events which came without one
        await host.program(model)
        answer, weights = await host.run(sample), await host.weights(model)
        found.append(Seen(counted(host.transitions) | host.deeds, answer, weights))

    simulator = Simulator(core)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return found[0]
