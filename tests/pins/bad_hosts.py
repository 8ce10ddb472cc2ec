"""What all tests of bad hosts share: a network, a host, and the proof that its chip is in order."""

from typing import Any, Self

import numpy as np
from cocotb.triggers import RisingEdge, Timer
from numpy.typing import NDArray

from cosim.chip.agents import AerSource, OutputSink, TickSource
from cosim.chip.board import LONG_PAUSE, PERIOD, Answer, potentials
from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import STATUS, Registers
from golden_model.samples.samples import Sample
from rtl.chip.window import NEURONS, READOUTS
from tests.helpers.pins.locked import LockedBoard
from tests.widths.networks import WidthSet, events_of, leaks_of, registers_of, targets_of, weights_of

CONFIG = Config(n_in=8, n_rec=10, n_out=5)
LANES = 4
NETWORK = WidthSet(
    "bad hosts",
    {},
    {"send_per_timestep": 1, "send_label_only": 0},
    (8, 10, 5),
    n_samples=1,
    n_ticks=8,
    target_start=2,
    thresholds=(350, 600),
    rate=0.4,
)
PAIRS = 5
STATUS_NUMBERS = {name: number for name, number, *_ in STATUS}
INPUTS = ("SCK", "MOSI", "AERIN_REQ", "AERIN_TAR_EN", "SAMPLE", "TIME_TICK", "TARGET_VALID", "INFER_ACC")
WAIT = 30_000  # ns, more than any time step of the network takes
Agent = AerSource | TickSource | OutputSink
Contents = tuple[Any, ...]


def sample_of(raster: NDArray[np.bool_] | None = None, *, regression: bool = False) -> Sample:
    """Return the reference sample, or one that has other events."""
    rng = NETWORK.generator()
    events, (labels, targets) = events_of(NETWORK, rng)[0], targets_of(NETWORK, rng)
    shown = events if raster is None else raster
    if regression:
        return Sample.from_raster(shown, targets=targets[0], target_start=NETWORK.target_start)
    return Sample.from_raster(shown, label=int(labels[0]), target_start=NETWORK.target_start)


class Host(LockedBoard):
    """A board whose parts a test may replace by worse ones before the start.

    All that it does is in lock step, also what comes before a reset in the midst of it, but for
    a_tick_at_the_moment_of_an_access_..., where whether weights are written in time is what it looks at.

    Parameters
    ----------
    dut : handle
    **registers : int
        Where they differ from the network's.
    """

    def __init__(self, dut: Any, **registers: int) -> None:
        rng = NETWORK.generator()
        values = {**registers_of(NETWORK, rng), **registers}
        parameters = Parameters(Registers(**values), *leaks_of(NETWORK, rng))
        self.given = tuple(weights_of(NETWORK, rng).values())
        super().__init__(dut, CONFIG, parameters, LANES)
        self.sample = sample_of(regression=bool(parameters.registers.regression))

    def use(self, agent: type[Agent]) -> Any:
        """Replace the agent of a bus by one of a derived class, and return it."""
        dut = self.dut
        if issubclass(agent, AerSource):
            self.aer = agent(dut.AERIN_ADDR, dut.AERIN_TAR_EN, dut.AERIN_REQ, dut.AERIN_ACK)
            return self.aer
        if issubclass(agent, TickSource):
            self.ticks = agent(dut.TIME_TICK, dut.TIMING_ERROR_RDY)
            return self.ticks
        self.sink = agent(dut.OUT_DATA, dut.OUT_REQ, dut.OUT_ACK)
        return self.sink

    async def set_up(self, *agents: type[Agent]) -> Self:
        """Use the agents, start the clock, reset and program."""
        for agent in agents:
            self.use(agent)
        await self.start()
        await self.program(*self.given)
        return self

    async def recover(self, length: int = 50) -> None:
        """Let go of all pins and reset for some ns."""
        self.detach()
        for name in INPUTS:
            getattr(self.dut, name).value = 0
        self.dut.RST.value = 1
        await Timer(length, "ns")
        self.dut.RST.value = 0
        await Timer(LONG_PAUSE, "ns")
        self.received = []

    def core(self) -> Core:
        """Return the golden core of what was programmed."""
        core = Core(CONFIG, self.parameters)
        core.load_weights(*self.given)
        return core

    async def prove(self) -> None:
        """Program the chip again; the reference sample and the weights have to be the golden model's."""
        await self.program(*self.given)
        await self.follow(self.core(), self.sample)

    async def follow(self, core: Core, sample: Sample, expected: Sample | None = None) -> None:
        """Present a sample and compare potentials, winner and weights with those of a core."""
        check(await self.present(sample), core, expected or sample)
        await self.check_weights(core)

    async def check_weights(self, core: Core) -> None:
        """Read all weights back and compare them."""
        expected = (core.w_in, core.w_rec, core.w_out)
        for found, weights in zip(await self.weights(), expected, strict=True):
            assert np.array_equal(found, weights)

    async def contents(self) -> Contents:
        """Read all weights, words of neurons and potentials."""
        weights = await self.weights()
        await self.freeze()
        neurons = await self.spi.read(NEURONS, 0, 4 * PAIRS)
        readouts = await self.spi.read(READOUTS, 0, 5)
        await self.run()
        return (*(array.tolist() for array in weights), neurons, readouts)

    async def expect(self, **counts: int) -> None:
        """Read counters and compare them."""
        for name, count in counts.items():
            found = (await self.spi.read(0, STATUS_NUMBERS[name]))[0]
            assert found == count, f"{name} = {found}, not {count}"

    async def phase(self, after: int) -> None:
        """Wait until so many ns after the clock has risen."""
        await RisingEdge(self.dut.CLK_EXT)
        await Timer(after % PERIOD, "ns") if after % PERIOD else None

    async def glitch(self, pins: tuple[str, ...], times: int, width: int) -> None:
        """Toggle pins and leave them as they were."""
        before = {pin: int(getattr(self.dut, pin).value) for pin in pins}
        for time in range(2 * times):
            for pin, value in before.items():
                getattr(self.dut, pin).value = value ^ (time + 1) % 2
            await Timer(width, "ns")


class Silent(AerSource):
    """Sends no label."""

    async def send_label(self, label: int) -> None:
        pass


def check(answer: Answer, core: Core, sample: Sample, *, learn: bool = True) -> None:
    """Compare what a chip sent, potentials after each step and the result, with what a core computes."""
    result = core.run(sample, learn, record="readout")
    readouts = result.records["readout"].tolist()
    assert [potentials(sent) for sent in answer.steps] == [[], *readouts[1:-1]]
    if result.inference is None:
        assert potentials(answer.last) == readouts[-1]
    else:
        assert answer.last == [result.inference]
