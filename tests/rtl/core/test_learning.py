"""What neurons learn from as a circuit: group after group, word by word, against the golden model."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import SimulatorContext

from golden_model.core.compiled import word
from golden_model.core.learning import FULL, learn, reduce_group
from golden_model.core.synapse import GROUP, UpdateRecord, make_update_record
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats, Int64Array
from rtl.core.learning import Learning
from rtl.core.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import spread
from tests.rtl.block import simulate

SIZES = [(2, 18, 17), (2, 34, 3), (2, 6, 1)]
LANES = [16, 4, 1]
BORDERS = {"thr_h_0": -9000, "thr_h_1": -50, "thr_h_2": 70, "thr_h_3": 8000}
STILL = {**BORDERS, "h_0": 0, "h_1": 0, "h_3": 0, "h_4": 0}  # most neurons have no pseudo-derivative
LEARNED = ("learned_neuron", "learning_signal", "pseudo_derivative", "regularization")
Write = tuple[int, int, list[int], list[int]]  # neuron, word, random words, weights before


class Opened(Learning):
    """A circuit whose random source can be looked at."""

    def elaborate(self, platform: Any) -> Module:
        m = super().elaborate(platform)
        self.source = m.submodules.source
        return m


class Fed:
    """The learning of a network: its golden model, and a circuit that is fed as the core feeds its own."""

    def __init__(self, config: Config, lanes: int, sizes: tuple[int, int, int], **fixed: int) -> None:
        self.config, self.lanes = config.replace(n_in=2, n_rec=36, n_out=20), lanes
        self.rng = rng = np.random.default_rng([config.membrane_bits, lanes, *sizes])
        names = ("lr_p_wout", "lr_r_wout", "regul_k_mul", "regul_k_inp_r", "regul_k_rec_r")
        small = {name: int(rng.integers(0, 7)) for name in names}
        small |= {"regul_f0": int(rng.integers(0, 40)), "fp_loc_trec": 1, "fp_loc_tout": 2}
        self.parameters = parameters = legal_parameters(rng, config, sizes, **{**small, **fixed})
        self.formats, self.golden = Formats(config), blocks_of(config, parameters).learning
        self.traces, self.synapses = blocks_of(config, parameters).traces, make_synapses(config, parameters)
        _, self.n_rec, self.n_out = sizes
        self.words, self.groups = -(-self.n_out // lanes), -(-self.n_rec // GROUP)
        self.handed: dict[str, Any] = {}  # what the rows have been handed over
        self.due: list[dict[str, Any]] = [{}, {}, {}]  # what they will be, one, two and three cycles later
        self.learned: list[tuple[int, ...]] = []
        self.written: list[Write] = []

    def check(self, *steps: bool) -> None:
        """Learn from new states in steps with and without a target."""

        async def bench(context: SimulatorContext) -> None:
            for valid in steps:
                self.set_state(context, valid)
                await self.check_step(context, valid)

        simulate(self.config, self.parameters, self._make, bench)

    def _make(self, registers: Registers) -> Opened:
        self.circuit = Opened(self.config, self.lanes, registers)
        return self.circuit

    def some(self) -> Int64Array:
        """Return 0 or 1 for each neuron: in a group all are 0, in another nearly all, in a third none."""
        share = np.repeat(self.rng.permutation([0, 0.1, 1]), GROUP)[: self.n_rec]
        return (self.rng.random(self.n_rec) < share).astype(word)

    def set_state(self, context: SimulatorContext, valid: bool) -> None:
        """Give everything any state; readouts that the network does not have get weights, but no error."""
        rng, bits, n_rec = self.rng, self.config.membrane_bits, self.n_rec
        near = rng.choice(self.golden.borders, n_rec) + rng.integers(-1, 2, n_rec)
        potentials = np.where(rng.random(n_rec) < 0.5, near, spread(rng, bits, n_rec))
        self.membrane = self.formats.membrane.saturate(potentials).astype(word)
        for trace in self.traces[1:]:
            trace.value[:] = self.some() * rng.integers(0, 2 ** rng.integers(1, trace.bits + 1, n_rec))
        self.error = np.zeros(self.circuit.words * self.lanes, np.int64)
        self.error[: self.n_out] = valid * spread(rng, bits, self.n_out)
        end = -self.formats.stored_weight.low
        self.w_out = rng.integers(-end, end, (n_rec, self.words * self.lanes)) * self.some()[:, None]
        self.synapses[2].weights[:] = self.w_out[:, : self.n_out]
        context.set(self.circuit.error, self.error.tolist())
        context.set(self.circuit.valid, valid)

    def at(self, neuron: int, part: int) -> Int64Array:
        """Return a word of output weights in memory."""
        return self.w_out[neuron, part * self.lanes :][: self.lanes]

    async def cycle(self, context: SimulatorContext, enter: int = 0, take: int = 0, **members: Any) -> None:
        """Set members for a cycle; look at what is handed over, and note the rest of what is shown."""
        circuit = self.circuit
        for member, value in {"enter": enter, "take": take, **members}.items():
            context.set(getattr(circuit, member), value)
        for member, expected in self.handed.items():
            shown = context.get(getattr(circuit, member))
            assert (shown if isinstance(expected, bool) else list(shown)[: len(expected)]) == expected
        if context.get(circuit.learned):
            self.learned.append(tuple(context.get(getattr(circuit, member)) for member in LEARNED))
        if context.get(circuit.write):
            assert context.get(circuit.write) == (1 << self.lanes) - 1
            place = context.get(circuit.write_neuron), context.get(circuit.write_word)
            present = min(self.n_out - place[1] * self.lanes, self.lanes)
            shown = (list(context.get(member))[:present] for member in (circuit.random, circuit.before))
            self.written.append((*place, *shown))
            self.at(*place)[:] = list(context.get(circuit.updated))
        await context.tick()
        self.handed |= self.due.pop(0)
        self.due.append({})

    async def pause(self, context: SimulatorContext) -> None:
        while self.rng.random() < 0.1:
            await self.cycle(context)

    async def enter(self, context: SimulatorContext, neuron: int) -> None:
        """Let the words of a neuron enter, a word per cycle."""
        members = {"neuron_index": neuron, "membrane": self.membrane[neuron]}
        for member, trace in zip(("value_rec", "value_out"), self.traces[1:], strict=True):
            members[member] = trace.value[neuron]
        members = {name: int(value) for name, value in members.items()}
        for part in range(self.words):
            await self.pause(context)
            ends = {"first": part == 0, "last": part == self.words - 1}
            w_out = self.at(neuron, part).tolist()
            await self.cycle(context, enter=1, part=part, w_out=w_out, **ends, **members)

    async def check_step(self, context: SimulatorContext, valid: bool) -> None:
        """Let all groups enter, each taken when it is gathered or later, and compare all that comes of it."""
        self.learned.clear()
        self.written.clear()
        record = make_update_record(1, self.n_rec, self.n_out, self.formats.product_bits)
        error = self.error[: self.n_out].astype(word)
        learn(self.golden, self.membrane, error, self.synapses, self.traces, valid, (None, None, record))
        for group in range(self.groups):
            for neuron in range(GROUP * group, min(GROUP * (group + 1), self.n_rec)):
                await self.enter(context, neuron)
            for _ in range(self.circuit.latency - 1):
                await self.cycle(context)
            await self.pause(context)
            for due, members in zip(self.due, self.gathered(group), strict=True):
                due |= members
            await self.cycle(context, take=1)
            await self.cycle(context)  # before the next group enters
        for _ in range(3):
            await self.cycle(context)
        self.check_neurons(record)
        assert context.get(self.circuit.source.state) == self.synapses[2].source.state[0]

    def gathered(self, group: int) -> list[dict[str, Any]]:
        """Return what the rows onto a group are handed over, one, two and three cycles after they begin."""
        neurons, n_present = slice(GROUP * group, GROUP * (group + 1)), self.n_rec - GROUP * group
        every = [bool(reduce_group(self.golden, array, group)) for array in self.synapses[:2]]
        gain, reductions = (
            self.golden.gain[neurons],
            (array.reduction[neurons] for array in self.synapses[:2]),
        )
        sixteenths = np.where(gain < 0, FULL, self.golden.multiplier[neurons])[:n_present]
        first = {
            "every": every[0],
            "pending": every[0] or bool(gain.any()),
            "sixteenths": sixteenths.tolist(),
        }
        names = ("reduction_in", "reduction_rec")
        third = {name: reduction.tolist() for name, reduction in zip(names, reductions, strict=True)}
        return [first, {"gain": gain.tolist()}, third]

    def check_neurons(self, record: UpdateRecord) -> None:
        """Compare what every neuron learned from, and its output weights."""
        golden, n_rec, lanes = self.golden, self.n_rec, self.lanes
        learned = (golden.learning_signal, golden.pseudo_derivative, golden.regularization)
        assert self.learned == list(
            zip(range(n_rec), *(values[:n_rec].tolist() for values in learned), strict=True)
        )
        expected = []
        for neuron in np.flatnonzero(record.visited[0]).tolist():
            for part in range(self.words):
                shown = (
                    values[0, neuron, part * lanes :][:lanes] for values in (record.random, record.before)
                )
                expected.append((neuron, part, *(values.tolist() for values in shown)))
        assert self.written == expected
        assert self.w_out[:, : self.n_out].tolist() == self.synapses[2].weights.tolist()


@pytest.mark.parametrize("name", CONFIGS)
def test_steps(name: str) -> None:
    row, column = divmod(list(CONFIGS).index(name), 3)
    fixed = {"do_eprop": 7, "regul_mode": 3, "regul_w": 3, **BORDERS}
    steps = Fed(CONFIGS[name], LANES[column], SIZES[(row + column) % 3], **fixed)
    steps.check(True, True, False, True, True)


@pytest.mark.parametrize(("mode", "regul_w"), [*product(range(4), range(4)), (4, 3), (7, 2)])
def test_regularization(mode: int, regul_w: int) -> None:
    sizes, fixed = (2, 34, 1), {"do_eprop": 7, "regul_mode": mode, "regul_w": regul_w}
    Fed(CONFIGS["published"], 1, sizes, **fixed).check(True, False)


@pytest.mark.parametrize("plasticity", range(8))
def test_plasticity(plasticity: int) -> None:
    Fed(CONFIGS["least"], 4, SIZES[1], do_eprop=plasticity, regul_mode=1, **STILL).check(True, False, True)
