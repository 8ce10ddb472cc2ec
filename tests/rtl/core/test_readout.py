"""Readouts as a circuit: decay, winner, error and arriving spikes against the golden model."""

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.core import readout as golden
from golden_model.core.compiled import word
from golden_model.network.config import Config
from golden_model.network.formats import Formats, Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME
from rtl.core.readout import Readout
from rtl.core.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import spread
from tests.rtl.block import Bench, simulate, strobe

PUBLISHED = Config()
SIZES = [(5, 18, 3), (7, 4, 16), (2, 50, 5), (1, 2, 20)]
# Readouts that a circuit has, its lanes, and the sizes of a network.
CIRCUITS = [(1, 1, (3, 2, 1)), (16, 16, (3, 2, 1)), (2, 2, (40, 100, 2)), (18, 8, (40, 2, 17))]
CIRCUITS += [(64, 16, (1, 2, 64)), (64, 4, (70, 2, 49))]


class Compared:
    """The readouts of a network: their golden model, and a circuit that may have more of them."""

    def __init__(self, config: Config, lanes: int, sizes: tuple[int, int, int], **fixed: int) -> None:
        self.config, self.lanes, self.n_out = config, lanes, sizes[2]
        self.rng = np.random.default_rng([config.membrane_bits, lanes, *sizes])
        self.parameters = legal_parameters(self.rng, config, sizes, **fixed)
        self.golden = blocks_of(config, self.parameters).readout

    def simulate(self, bench: Bench) -> None:
        simulate(self.config, self.parameters, self._make, bench)

    def _make(self, registers: Registers) -> Readout:
        self.circuit = Readout(self.config, self.lanes, registers)
        return self.circuit

    def set_potentials(self, context: SimulatorContext, potentials: Int64Array) -> None:
        """Give the readouts potentials, and those that the network does not have the greatest there is."""
        self.golden.potential[:] = potentials.astype(word)
        absent = [Formats(self.config).readout.high] * (self.config.n_out - self.n_out)
        context.set(self.circuit.potentials, potentials.tolist() + absent)

    def compare(self, context: SimulatorContext, member: str, expected: Int64Array) -> None:
        """Compare a member of the circuit, as far as the network has readouts."""
        assert list(context.get(getattr(self.circuit, member)))[: self.n_out] == expected.tolist()

    async def check_decay(self, context: SimulatorContext, potentials: Int64Array) -> None:
        """Let potentials decay: a readout per cycle, and `latency` more."""
        self.set_potentials(context, potentials)
        await strobe(context, self.circuit, "decay")
        for _ in range(self.n_out + self.circuit.latency - 1):
            assert not context.get(self.circuit.decayed)
            await context.tick()
        golden.decay(self.golden)
        assert context.get(self.circuit.decayed)
        assert context.get(self.circuit.best) == self.golden.potential.argmax()  # the first of several
        self.compare(context, "potentials", self.golden.potential)

    async def check_count(self, context: SimulatorContext) -> None:
        await strobe(context, self.circuit, "count")
        golden.count_winner(self.golden)
        self.compare(context, "wins", self.golden.wins)
        assert not context.get(self.circuit.decayed)

    async def check_errors(self, context: SimulatorContext, targets: Int64Array) -> None:
        """Compare potentials at the corners of the hard sigmoid, and any others, with targets."""
        rng, n_out = self.rng, self.n_out
        corners = self.golden.one * rng.integers(-1, 2, n_out) + rng.integers(-2, 3, n_out)
        others = spread(rng, self.config.membrane_bits, n_out)
        self.set_potentials(context, np.where(rng.random(n_out) < 0.5, corners, others))
        for k, target in enumerate(targets.tolist()):
            await strobe(context, self.circuit, "compare", index=k, target=target)
            assert context.get(self.circuit.potential) == self.golden.potential[k]
            assert context.get(self.circuit.win) == self.golden.wins[k]
        golden.compare(self.golden, targets)
        self.compare(context, "error", self.golden.error)

    async def check_spike(self, context: SimulatorContext) -> None:
        """Add stored weights of any size, a word per cycle; lanes beyond the last readout have some too."""
        end, words = -Formats(self.config).stored_weight.low, -(-self.n_out // self.lanes)
        weights = self.rng.integers(-end, end, (words, self.lanes))
        for n, w_out in enumerate(weights.tolist()):
            await strobe(context, self.circuit, "arrive", word=n, w_out=w_out)
        golden.add_spike(self.golden, weights.ravel().astype(word))
        self.compare(context, "potentials", self.golden.potential)

    async def check_time_steps(self, context: SimulatorContext) -> None:
        bits, one = self.config.membrane_bits, self.golden.one
        for label in range(3):
            await self.check_decay(context, spread(self.rng, bits, self.n_out))
            await self.check_count(context)
            await self.check_errors(context, one * (np.arange(self.n_out) == label))
            await self.check_errors(context, spread(self.rng, bits, self.n_out))
            for _ in range(3):
                await self.check_spike(context)


@pytest.mark.parametrize(("lanes", "linear"), [(1, 0), (4, 1), (16, 0)])
@pytest.mark.parametrize("name", CONFIGS)
def test_time_steps(name: str, lanes: int, linear: int) -> None:
    sizes = SIZES[(list(CONFIGS).index(name) + lanes.bit_length()) % 4]
    readouts = Compared(CONFIGS[name].replace(n_out=20), lanes, sizes, en_stoch_round=1, no_out_act=linear)
    readouts.simulate(readouts.check_time_steps)


@pytest.mark.parametrize(("n_out", "lanes", "sizes"), CIRCUITS)
def test_time_steps_of_other_sizes(n_out: int, lanes: int, sizes: tuple[int, int, int]) -> None:
    readouts = Compared(PUBLISHED.replace(n_out=n_out), lanes, sizes, en_stoch_round=1)
    readouts.simulate(readouts.check_time_steps)


@pytest.mark.parametrize("sizes", SIZES)
def test_ties_go_to_the_first(sizes: tuple[int, int, int]) -> None:
    readouts = Compared(PUBLISHED.replace(n_out=20), 4, sizes, kappa=128)

    async def bench(context: SimulatorContext) -> None:
        for _ in range(20):
            await readouts.check_decay(context, readouts.rng.integers(-2, 1, readouts.n_out))
            await readouts.check_count(context)

    readouts.simulate(bench)


def test_wins_have_16_bits() -> None:
    readouts = Compared(PUBLISHED, 16, (1, 2, 3), kappa=128)

    async def bench(context: SimulatorContext) -> None:
        readouts.golden.wins[:] = 2**16 - 1
        context.set(readouts.circuit.wins, [2**16 - 1] * 16)
        await readouts.check_decay(context, np.array([5, 900, 7]))
        await readouts.check_count(context)
        assert readouts.golden.wins.tolist() == [2**16 - 1, 0, 2**16 - 1]

    readouts.simulate(bench)


@pytest.mark.parametrize("off", [{"en_stoch_round": 0}, {"kappa": 128}])
def test_nothing_is_drawn_until_leaks_are_rounded(off: dict[str, int]) -> None:
    on = {"en_stoch_round": 1, "kappa": 121}
    readouts = Compared(PUBLISHED, 4, (5, 18, 3), **{**on, **off})

    async def bench(context: SimulatorContext) -> None:
        circuit, registers = readouts.circuit, readouts.parameters.registers
        await readouts.check_time_steps(context)
        for name, value in on.items():
            await strobe(context, circuit.registers, "write", number=BY_NAME[name].number, data=value)
        await strobe(context, circuit, "clear")
        parameters = Parameters(registers.replace(alpha_conf=None, **on))
        readouts.golden = blocks_of(PUBLISHED, parameters).readout
        await readouts.check_time_steps(context)

    readouts.simulate(bench)


def test_clear_and_blank() -> None:
    readouts = Compared(PUBLISHED, 4, (5, 18, 3))

    async def bench(context: SimulatorContext) -> None:
        circuit, model, none = readouts.circuit, readouts.golden, np.zeros(3, int)
        await readouts.check_time_steps(context)
        assert model.error.any()
        assert model.wins.any()
        await strobe(context, circuit, "blank")
        for member, expected in {"potentials": model.potential, "wins": model.wins, "error": none}.items():
            readouts.compare(context, member, expected)
        await readouts.check_time_steps(context)
        await strobe(context, circuit, "clear")
        for member in ("potentials", "wins", "error"):
            readouts.compare(context, member, none)

    readouts.simulate(bench)
