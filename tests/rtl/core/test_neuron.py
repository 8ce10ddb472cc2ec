"""Neurons as a circuit: steps and passes of whole networks, word by word, and every weight that enters."""

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Cat, Module, Value, ValueLike, signed, unsigned
from amaranth.lib import data
from amaranth.sim import SimulatorContext

from golden_model.core import neuron as golden
from golden_model.core.compiled import word
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats, Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME
from golden_model.network.scaling import scale, weight_shifts
from rtl.core.neuron import Neuron, entering
from rtl.core.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import SIZES, spread
from tests.rtl.block import simulate, stream, strobe
from tests.rtl.evaluation import evaluate, every


class Fed:
    """The neurons of a network: their golden model, and a circuit that is fed as the core feeds its own."""

    def __init__(self, name: str, lanes: int, **fixed: int) -> None:
        self.config, self.lanes, place = CONFIGS[name], lanes, list(CONFIGS).index(name)
        self.rng, sizes = np.random.default_rng([place, lanes]), SIZES[(place + lanes.bit_length()) % 6]
        self.parameters = legal_parameters(self.rng, self.config, sizes, **fixed)
        self.scaled, self.n_rec = scale(self.config, self.parameters), sizes[1]
        self.golden = blocks_of(self.config, self.parameters).neuron

    def make(self, registers: Registers) -> Neuron:
        self.circuit = Neuron(self.config, self.lanes, registers)
        return self.circuit

    def set_potentials(self) -> None:
        """Give the neurons any potentials, some of them close to the threshold."""
        near = self.golden.threshold + self.rng.integers(-1, 2, self.n_rec)
        any_potentials = spread(self.rng, self.config.membrane_bits, self.n_rec)
        chosen = np.where(self.rng.random(self.n_rec) < 0.3, near, any_potentials)
        self.golden.membrane[:] = Formats(self.config).membrane.saturate(chosen)

    def indices(self, count: int) -> Int64Array:
        """Return which neuron is in each lane of each of the words that hold some of them."""
        return np.arange(-(-count // self.lanes) * self.lanes).reshape(-1, self.lanes)

    async def feed(
        self, context: SimulatorContext, way: str, members: dict[str, Int64Array], output: ValueLike
    ) -> list[Any]:
        """Feed words, with pauses before and after them; return their outputs."""
        cycles = [(n, go) for n in range(len(members["exists"])) for go in [0] * self.rng.integers(2) + [1]]
        cycles.append((0, 0))
        listed = {name: words.tolist() for name, words in members.items()}
        inputs = [{way: go, **{name: words[n] for name, words in listed.items()}} for n, go in cycles]
        outputs = await stream(context, self.circuit, inputs, output)
        return [output for output, (_, go) in zip(outputs, cycles, strict=True) if go]

    async def step(self, context: SimulatorContext) -> tuple[list[int], int]:
        """Let all neurons step, and pairs of lines or readouts alone take draws; return also who fired."""
        indices, n_pairs = self.indices(2 * self.parameters.n_pairs), self.parameters.n_pairs
        pairs = indices[:, ::2] // 2
        members = {
            "membrane": self.golden.membrane[indices % self.n_rec],
            "exists": masks(indices < self.n_rec),
            "odd": indices[:, 0] & 1,
            "present": masks(pairs < n_pairs),
            "alpha": self.scaled.alpha[pairs % n_pairs],
            "threshold": self.scaled.threshold[pairs % n_pairs],
        }
        stepped, spike = self.circuit.stepped, self.circuit.spike
        layout = data.StructLayout({"stepped": stepped.shape(), "spike": spike.shape()})
        words = await self.feed(context, "step", members, data.View(layout, Cat(stepped, spike)))
        fired = sum(now.spike << n * self.lanes for n, now in enumerate(words))
        return [potential for now in words for potential in now.stepped][: self.n_rec], fired

    async def integrate(
        self, context: SimulatorContext, event: bool, spike: bool, rows: Int64Array
    ) -> list[int]:
        """Add a pass to all neurons."""
        indices = self.indices(self.n_rec)
        members = {
            "membrane": self.golden.membrane[indices % self.n_rec],
            "exists": masks(indices < self.n_rec),
            "event": np.full(len(indices), event),
            "fired": np.full(len(indices), spike),
            "w_in": rows[0][indices % self.n_rec],
            "w_rec": rows[1][indices % self.n_rec],
        }
        words = await self.feed(context, "arrive", members, self.circuit.integrated)
        return [potential for now in words for potential in now][: self.n_rec]


def masks(bits: Int64Array) -> Int64Array:
    """Return each row of bits as a number, the first bit lowest."""
    return bits @ (1 << np.arange(bits.shape[1]))


async def check_step(fed: Fed, context: SimulatorContext) -> None:
    fed.set_potentials()
    stepped, fired = await fed.step(context)
    golden.step(fed.golden)
    assert stepped == fed.golden.membrane.tolist()
    assert fired == sum(1 << j for j in fed.golden.fired[: fed.golden.n_fired[0]].tolist())


async def check_pass(fed: Fed, context: SimulatorContext, event: bool, spike: bool) -> None:
    """Add stored weights of any size to any potentials."""
    end, (w_in, w_rec, _) = -Formats(fed.config).stored_weight.low, make_synapses(fed.config, fed.parameters)
    rows = fed.rng.integers(-end, end, (2, fed.n_rec)).astype(word)
    fed.set_potentials()
    integrated = await fed.integrate(context, event, spike, rows)
    scales = int(event * w_in.scale), int(spike * w_rec.scale)
    golden.integrate(fed.golden, rows[0], scales[0], w_in.drop, rows[1], scales[1], w_rec.drop)
    assert integrated == fed.golden.membrane.tolist()


async def check_time_steps(fed: Fed, context: SimulatorContext) -> None:
    for _ in range(3):
        await check_step(fed, context)
        for event, spike in [(True, False), (False, True), (True, True)]:
            await check_pass(fed, context, event, spike)


@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize("name", CONFIGS)
def test_time_steps(name: str, lanes: int) -> None:
    fed = Fed(name, lanes, en_stoch_round=1, noise_en=1)
    simulate(fed.config, fed.parameters, fed.make, lambda context: check_time_steps(fed, context))


@pytest.mark.parametrize(("name", "lanes"), [("published", 8), ("narrow", 1), ("coarse", 2), ("most", 4)])
def test_nothing_is_drawn_until_it_is_turned_on(name: str, lanes: int) -> None:
    fed = Fed(name, lanes, en_stoch_round=0, noise_en=0)

    async def bench(context: SimulatorContext) -> None:
        await check_time_steps(fed, context)
        for register in ("en_stoch_round", "noise_en"):
            await strobe(context, fed.circuit.registers, "write", number=BY_NAME[register].number, data=1)
        registers = fed.parameters.registers.replace(en_stoch_round=1, noise_en=1)
        parameters = Parameters(registers, fed.parameters.alpha, fed.parameters.threshold)
        fed.golden = blocks_of(fed.config, parameters).neuron
        await check_time_steps(fed, context)

    simulate(fed.config, fed.parameters, fed.make, bench)


def test_a_leak_of_1_is_not_rounded_by_draws_of_0_either() -> None:
    fed = Fed("published", 8, en_stoch_round=1, seed_strnd_neur=0)
    simulate(fed.config, fed.parameters, fed.make, lambda context: check_time_steps(fed, context))


@pytest.mark.parametrize("membrane_bits", [8, 13, 24])
@pytest.mark.parametrize(("weight_bits", "shadow_bits"), [(2, 0), (3, 4), (8, 0), (5, 1)])
def test_every_weight_enters(weight_bits: int, shadow_bits: int, membrane_bits: int) -> None:
    config = Config(weight_bits=weight_bits, shadow_bits=shadow_bits, membrane_bits=membrane_bits)

    def entered(_: Module, *operands: Value) -> tuple[Value, ...]:
        return (entering(*operands, config),)

    inputs = [signed(weight_bits + shadow_bits), unsigned(3)]
    results = evaluate(entered, inputs, every(*inputs))
    for (weight, radix), (result,) in zip(every(*inputs), results, strict=True):
        drop, left = weight_shifts(config, radix)
        assert result == weight >> drop << left
