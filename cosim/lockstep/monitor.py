"""Watches a core, and puts what it is told and what its trace port shows together to steps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cocotb.triggers import FallingEdge, First, ReadOnly, ValueChange
from cocotb.utils import get_sim_time

from cosim.lockstep.words import Place, Words
from golden_model.core.records import PHASES
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME

READOUT, ERROR = (
    1 << bit for bit, phase in enumerate(PHASES) if phase.name in ("readout", "error")
)  # bits of the port's `phase`
DO_EPROP = BY_NAME["do_eprop"]
# What the core is told, and what it does then though it is ready or frozen.
TOLD = ("tick", "event__valid", "target__valid", "register__write")
DONE = ("idle", "result__valid", "trace__phase")


@dataclass(frozen=True)
class Shown:
    """A word that the trace port showed, in which cycle."""

    cycle: int
    place: Place
    bits: int


@dataclass
class Step:
    """One time step as the core has lived it.

    Attributes
    ----------
    sample, tick : int
    lines : list of int
        Events that were current.
    do_eprop : int
        The register when the step began.
    valid, infer, goes_on : bool
        TARGET_VALID, INFER_ACC and SAMPLE when *step* ended.
    label : int or None
        The label that was used.
    targets : list of int
        Those of a regression, as they came.
    results : list of int
        What was sent.
    shown : list of Shown
    stepped, given_up : bool
        *Step* took place; the host had the sample given up before its end.
    unfinished : bool
        It still goes on.
    """

    sample: int
    tick: int
    lines: list[int]
    do_eprop: int
    valid: bool = False
    infer: bool = False
    goes_on: bool = True
    label: int | None = None
    targets: list[int] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    stepped: bool = False
    given_up: bool = False
    unfinished: bool = False


class Monitor:
    """Puts time steps together and hands each on when it is over.

    Parameters
    ----------
    core : handle
        The core: the top module, or that within the chip.
    words : Words
    parameters : Parameters
        Of the network.
    over : callable
        Takes a Step.
    period : int
        Of the clock, in steps of the simulator.

    Attributes
    ----------
    since : int
        From when cycles count, in steps of the simulator.
    """

    def __init__(
        self, core: Any, words: Words, parameters: Parameters, over: Callable[[Step], None], period: int
    ) -> None:
        self._core, self._words, self._parameters, self._over = core, words, parameters, over
        self._period, self.since = period, 0
        self._do_eprop = parameters.registers.do_eprop
        self._sample = -1
        self._idle = False
        self._levels = (False, False, True)
        self.forget()

    def forget(self) -> None:
        """Forget what is under way, as a reset does."""
        self._step: Step | None = None
        self._tick = -1
        self._lines: list[int] = []
        self._label: int | None = None

    def hand_on(self) -> None:
        """Hand the step under way on as it is, unfinished, and go on with it."""
        if self._step is not None:
            self._over(replace(self._step, unfinished=True))

    @property
    def cycle(self) -> int:
        """Clock cycles since the simulation began, or since a moment that was set."""
        return (get_sim_time("step") - self.since) // self._period

    async def watch(self) -> None:
        """Look at every cycle that matters, after the inputs have changed and before the clock rises."""
        while True:
            await self._next()
            await ReadOnly()
            self._look()

    async def _next(self) -> None:
        """Wait for the fall of the clock, or for a change where the core rests, which it does for long."""
        core = self._core
        if (core.ready.value or core.frozen.value) and not any(getattr(core, name).value for name in TOLD):
            await First(*(ValueChange(getattr(core, name)) for name in TOLD + DONE))
            if not core.clk.value:
                return
        await FallingEdge(core.clk)

    def _look(self) -> None:
        core, ready = self._core, bool(self._core.ready.value)
        idle = bool(core.idle.value)
        if idle and not self._idle:
            self._label = None
        self._idle = idle
        if ready and self._step is not None:
            self._finish(given_up=self._step.goes_on and idle and bool(core.halt.value))
        if self._step is not None and (phases := int(core.trace__phase.value)):
            self._show(self._step, phases)
        if self._step is not None and core.result__valid.value and core.result__ready.value:
            self._step.results.append(int(core.result__payload.value.to_signed()))
        self._take_inputs()
        if ready and core.tick.value and not core.halt.value:
            self._begin(idle=idle)
        self._levels = bool(core.target_valid.value), bool(core.infer.value), bool(core.sample.value)

    def _show(self, step: Step, phases: int) -> None:
        """Keep what the port shows, and what the core was told when it got there."""
        core = self._core
        if phases & READOUT:
            step.stepped = True
            step.valid, step.infer, step.goes_on = self._levels
        if phases & ERROR:
            step.label = self._label
            if not self._parameters.registers.single_label:
                self._label = None
        index, record = core.trace__index.value.to_unsigned(), core.trace__record.value.to_unsigned()
        cycle = self.cycle
        for place, bits in self._words.shown(phases, index, record):
            step.shown.append(Shown(cycle, place, bits))

    def _take_inputs(self) -> None:
        """Take what is handed over in this cycle; lines that do not exist are ignored."""
        core = self._core
        if core.register__write.value and core.register__number.value.to_unsigned() == DO_EPROP.number:
            self._do_eprop = core.register__data.value.to_unsigned() % (1 << DO_EPROP.bits)
        if core.event__valid.value and core.event__ready.value:
            line = int(core.event__payload.value)
            if line < self._parameters.n_in:
                self._lines.append(line)
        if core.target__valid.value and core.target__ready.value:
            if self._parameters.registers.regression and self._step is not None:
                self._step.targets.append(int(core.target__payload.value.to_signed()))
            else:
                self._label = int(core.target__payload.value.to_unsigned())

    def _begin(self, *, idle: bool) -> None:
        """Begin a time step, or a sample if the core is idle and one is under way outside."""
        if idle and not self._core.sample.value:
            return
        if idle:
            self._sample, self._tick = self._sample + 1, -1
        self._tick += 1
        lines, self._lines = sorted(set(self._lines)), []
        self._step = Step(self._sample, self._tick, lines, self._do_eprop)

    def _finish(self, *, given_up: bool) -> None:
        step, self._step = self._step, None
        assert step is not None
        step.given_up = given_up
        self._over(step)
