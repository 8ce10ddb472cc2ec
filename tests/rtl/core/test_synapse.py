"""Weight arrays as a circuit: rows onto group after group, word by word, against the golden model."""

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import SimulatorContext

from golden_model.core.compiled import PRODUCTS, word
from golden_model.core.learning import FULL
from golden_model.core.screening import list_rows
from golden_model.core.synapse import GROUP, make_update_record, update_group
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats, Int64Array
from golden_model.network.scaling import align
from rtl.core.cycles import scan, visited_rows
from rtl.core.registers import Registers
from rtl.core.synapse import Synapses
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import spread
from tests.rtl.block import simulate

KINDS = ("in", "rec")
SIZES = {16: (40, 34, 3), 4: (21, 18, 2), 1: (7, 18, 1)}  # of a network, by the lanes of a circuit
CASES = [(name, (16, 4, 1)[place % 3]) for place, name in enumerate(CONFIGS)]
CASES.append(("published", 4))
Write = tuple[int, int, list[int], list[int]]  # row, word, random words, weights before


class Opened(Synapses):
    """A circuit whose random source can be looked at."""

    def elaborate(self, platform: Any) -> Module:
        m = super().elaborate(platform)
        self.source = m.submodules.source
        return m


class Fed:
    """A weight array: its golden model, and a circuit whose memories are played by the test bench."""

    def __init__(self, config: Config, kind: str, lanes: int, sizes: tuple[int, int, int]) -> None:
        self.config, self.kind, self.lanes = config.replace(n_in=44, n_rec=48), kind, lanes
        self.rng = rng = np.random.default_rng([config.membrane_bits, lanes, *sizes])
        rates = {f"lr_{way}_w{name}": int(rng.integers(0, 6)) for way in "pr" for name in ("inp", "rec")}
        self.parameters = legal_parameters(rng, config, sizes, **rates, fp_loc_tinp=2, fp_loc_trec=1)
        self.formats, self.golden = Formats(config), make_synapses(config, self.parameters)[KINDS.index(kind)]
        self.n_pre, self.groups, self.parts = len(self.golden.weights), -(-sizes[1] // GROUP), GROUP // lanes
        self.due: list[dict[str, Any]] = [{}, {}, {}]  # members that change one, two and three cycles later
        self.read_at: list[tuple[int, int, int]] = []  # cycle, row, word
        self.written_at: list[tuple[int, int, int]] = []
        self.written: list[Write] = []
        self.flags: list[tuple[int, int]] = []  # scanning and busy, in every cycle

    def check(self, n_steps: int, every: float = 0.3, pending: float = 0.7) -> None:
        """Update the rows onto all groups some times; `every` and `pending` hold for a part of the groups."""

        async def bench(context: SimulatorContext) -> None:
            for _ in range(n_steps):
                self.set_memories()
                await self.check_step(context, self.rng.random((self.groups, 2)) < [every, pending])

        simulate(self.config, self.parameters, self._make, bench)
        self.check_times()

    def _make(self, registers: Registers) -> Opened:
        self.circuit = Opened(self.config, self.kind, self.lanes, registers)
        return self.circuit

    def set_memories(self) -> None:
        """Give all rows weights, many at the ends of their range, and traces; absent rows have some too."""
        rng, half = self.rng, -self.formats.stored_weight.low
        weights = rng.integers(-half - half // 4 - 1, half + half // 4 + 1, self.golden.weights.shape)
        self.golden.weights[:] = np.clip(weights, -half, half - 1)
        self.weights = self.golden.weights.copy()
        bits = getattr(self.formats, f"trace_{self.kind}").bits
        sizes = rng.integers(1, bits + 1, -(-self.n_pre // self.lanes) * self.lanes)
        self.trace = rng.integers(0, 2**sizes)
        self.trace[: self.n_pre] *= rng.random(self.n_pre) < rng.choice([0, 0.1, 0.4, 1])
        self.seen = self.trace[: self.n_pre] >> 2 - KINDS.index(self.kind)

    def at(self, pre: int, part: int) -> Int64Array:
        """Return a word of the weights in memory."""
        return self.weights[pre, part * self.lanes :][: self.lanes]

    async def cycle(self, context: SimulatorContext, start: int = 0) -> None:
        """Play the memories for a cycle, and note what the circuit does in it."""
        circuit, now, following = self.circuit, len(self.flags), self.due.pop(0)
        context.set(circuit.start, start)
        if context.get(circuit.trace_read):
            first = context.get(circuit.trace_address) * self.lanes
            following["trace_word"] = self.trace[first : first + self.lanes].tolist()
        if context.get(circuit.read):
            place = context.get(circuit.pre), context.get(circuit.word)
            self.read_at.append((now, *place))
            following["weights"] = self.at(*place).tolist()
        if context.get(circuit.write):
            assert context.get(circuit.write) == (1 << self.lanes) - 1
            place = context.get(circuit.write_pre), context.get(circuit.write_word)
            self.written_at.append((now, *place))
            shown = (list(context.get(member)) for member in (circuit.random, circuit.before))
            self.written.append((*place, *shown))
            self.at(*place)[:] = list(context.get(circuit.updated))
        self.flags.append((context.get(circuit.scanning), context.get(circuit.busy)))
        await context.tick()
        self.due.append({})
        for member, value in following.items():
            context.set(getattr(circuit, member), value)

    async def check_step(self, context: SimulatorContext, groups: Any) -> None:
        """Have all groups updated, each begun as soon as no row of the one before is left, or later."""
        self.written.clear()
        expected: list[Write] = []
        for group, (every, pending) in enumerate(groups.tolist()):
            while self.rng.random() < 0.2:
                await self.cycle(context)
            factors = self.hand_over(group, every, pending)
            await self.check_scan(context, visited_rows((self.seen != 0) | every, self.lanes), pending)
            list_rows(self.golden.every, self.seen.astype(word), every)
            writes = self.golden_writes(group, *factors)
            expected += writes if pending else []
        while context.get(self.circuit.busy):
            await self.cycle(context)
        await self.cycle(context)  # of the last write
        assert self.written == expected
        assert self.weights.tolist() == self.golden.weights.tolist()
        assert context.get(self.circuit.source.state) == self.golden.source.state[0]

    def hand_over(self, group: int, every: bool, pending: bool) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Have the circuit handed over what a group needs; return it, or zeros without a pending change."""
        rng, config = self.rng, self.config
        gain = spread(rng, config.membrane_bits, GROUP) * spread(rng, config.surrogate_bits, GROUP)
        multiplier = rng.integers(0, FULL + 1, GROUP)
        reduction = align(rng.integers(0, 2 ** rng.integers(0, 33, GROUP)), self.golden.regul_align)
        sixteenths = np.where(gain < 0, FULL, multiplier).tolist()
        self.due[0] |= {"row_group": group, "every": every, "pending": pending, "sixteenths": sixteenths}
        self.due[1] |= {"gain": gain.tolist()}
        self.due[2] |= {"reduction": reduction.tolist()}
        return pending * gain, multiplier, pending * reduction

    async def check_scan(self, context: SimulatorContext, rows: Int64Array, pending: bool) -> None:
        """Go through the rows until none is left, given how many of each word of traces are visited."""
        begun = len(self.flags)
        cycles, written = scan(self.lanes, rows, pending, draws=self.golden.stochastic)
        for left in reversed(range(cycles)):
            await self.cycle(context, start=left == cycles - 1)
            assert context.get(self.circuit.scanning) == (left > 0)
        assert not written or self.read_at[-1][0] + self.circuit.latency == begun + written

    def golden_writes(
        self, group: int, gain: Int64Array, multiplier: Int64Array, reduction: Int64Array
    ) -> list[Write]:
        """Update a group in the golden model, and return the words that are written."""
        golden, bits, groups, parts = self.golden, self.formats.product_bits, self.groups, self.parts
        record = make_update_record(groups, self.n_pre, GROUP, bits)
        golden.reduction[:] = np.tile(reduction, groups)
        gains, multipliers = np.tile(gain, groups).astype(PRODUCTS[bits]), np.tile(multiplier, groups)
        recurrent = self.kind == "rec"
        update_group(golden, group, golden.every, gains, multipliers.astype(word), True, recurrent, record)
        writes = []
        for i in np.flatnonzero(record.visited[group]).tolist():
            both = (values[group, i].reshape(parts, -1).tolist() for values in (record.random, record.before))
            writes += [
                (i, group * parts + part, *shown) for part, shown in enumerate(zip(*both, strict=True))
            ]
        return writes

    def check_times(self) -> None:
        """A word is written `latency` cycles after its turn; the circuit is busy until the last one."""
        latency, written = self.circuit.latency, {now for now, *_ in self.written_at}
        assert self.written_at == [(now + latency, *place) for now, *place in self.read_at]
        assert set(self.written_at).isdisjoint(self.read_at)
        for now, (scanning, busy) in enumerate(self.flags):
            assert busy == (scanning or not written.isdisjoint(range(now + 1, now + latency)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "lanes"), CASES)
def test_steps(name: str, lanes: int, kind: str) -> None:
    Fed(CONFIGS[name], kind, lanes, SIZES[lanes]).check(3)


@pytest.mark.parametrize(("lanes", "sizes"), [(16, (1, 2, 1)), (8, (9, 48, 2)), (2, (44, 16, 3))])
def test_steps_of_other_sizes(lanes: int, sizes: tuple[int, int, int]) -> None:
    for kind in KINDS:
        Fed(CONFIGS["narrow"], kind, lanes, sizes).check(2)


@pytest.mark.parametrize(("kind", "lanes"), [("in", 16), ("rec", 2), ("in", 1)])
def test_the_source_goes_on_over_groups_without_a_change(kind: str, lanes: int) -> None:
    Fed(CONFIGS["least"], kind, lanes, (43, 36, 1)).check(3, pending=0.2)
