"""Proofs of the handshakes with the host: input bus, output bus, ticks."""

from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Cat, Const, Mux, Signal, Value

from golden_model.network.config import Config
from rtl.chip import aer, output, ticks
from rtl.chip.aer import BYTE
from rtl.core.registers import OF_PINS, Registers
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove

pytestmark = pytest.mark.long

CONFIGS = {"256 lines": Config(), "19 lines": Config(n_in=19, n_rec=38, n_out=5)}


def input_bus(module: ModuleType, config: Config) -> Harness:
    """A request is served once, acknowledged until it ends, and served by what its data say.

    No assumption about the host: a request may end at any time.
    """
    harness, registers = Harness(), Registers(config)
    block = harness.block(module.AerInput(config, registers))
    last, regression = (harness.register(registers, name) for name in ("num_inp_neur", "regression"))
    event, target = block.event, block.target
    taken = (event.valid & event.ready) | block.dropped | (target.valid & target.ready)
    served = Signal()  # the request under way
    low = harness.peek("block.half", 1)  # a low half of a target is taken
    harness.m.d.sync += served.eq((taken | low) | (served & block.request))
    due = block.request & harness.before(block.request) & ~served
    exists = block.address <= last
    harness.assume(last < config.n_in)
    harness.claim(block.acknowledge == served)
    harness.claim(event.valid == (due & ~block.is_target & exists))
    harness.claim(block.dropped == (due & ~block.is_target & ~exists))
    harness.claim(~event.valid | (event.payload == block.address))
    harness.claim(~target.valid | (due & block.is_target))
    harness.claim(~low | (due & block.is_target & regression & ~target.valid))
    harness.claim(regression | (target.valid == (due & block.is_target)))
    harness.claim(regression | ~target.valid | (target.payload == block.address))
    targets(harness, block, regression, low)
    return harness


def targets(harness: Harness, block: Any, regression: Value, low: Value) -> None:
    """Put the targets of a regression together of bytes, the low one first, while the core asks."""
    half = Signal()  # the low one is there
    byte = Signal(BYTE)
    target = block.target
    with harness.m.If(low):
        harness.m.d.sync += byte.eq(block.address)
    ends = (target.valid & target.ready) | ~block.target_request | ~regression
    harness.m.d.sync += half.eq(low | (half & ~ends))
    harness.claim(~low | (block.target_request & ~half))
    offers = block.is_target & block.request & harness.before(block.request) & ~block.acknowledge
    harness.claim(~regression | (target.valid == (offers & half)))
    harness.claim(~regression | ~target.valid | (target.payload == Cat(byte, block.address).as_signed()))
    harness.claim(~regression | (low == (offers & ~half & block.target_request)))
    harness.claim(harness.peek("block.second", 1) == half)
    harness.claim(harness.peek("block.low", BYTE) == byte)


WAIT, SEND, END = range(3)  # states of the output bus


def output_bus(module: ModuleType, config: Config) -> Harness:
    """Every byte of a result goes out once, in a handshake of four phases; then the next result is taken."""
    harness = Harness()
    block = harness.block(module.Output(config))
    before, claim, result, request, acknowledge = (
        harness.before,
        harness.claim,
        block.result,
        block.request,
        block.acknowledge,
    )
    waits = before(result.valid & ~result.ready)  # of a stream, which then shows the same
    same = (
        result.valid
        & (result.payload == before(result.payload))
        & (block.is_winner == before(block.is_winner))
    )
    harness.assume(~waits | same)
    sent, started = Signal(2), Signal(2)  # bytes before this cycle, and with that of this cycle
    begins = request & ~before(request)
    harness.m.d.comb += started.eq(sent + begins)
    harness.m.d.sync += sent.eq(Mux(result.ready, 0, started))
    byte = before(result.payload).as_unsigned() >> Mux(sent == 0, 0, BYTE)
    claim(~begins | (~before(acknowledge) & before(result.valid) & (sent < Mux(block.is_winner, 1, 2))))
    claim(~begins | (block.data == byte[:BYTE]))
    claim(~(request & before(request)) | (block.data == before(block.data)))
    claim(before(request) <= (before(acknowledge) | request))
    claim(~before(request & acknowledge) | ~request)
    claim(~result.ready | (result.valid & ~request & ~acknowledge & (sent == Mux(block.is_winner, 1, 2))))
    state, high = harness.peek("block.handshake_state", 2), harness.peek("block.high", 1)
    claim((request == (state == SEND)) & (state <= END) & (started == high + (state != WAIT)))
    claim((result.valid & ~block.is_winner) | ~high)
    claim(result.valid | (state == WAIT))
    idle = result.valid & ~request & ~acknowledge & ~result.ready
    claim(~(before(idle) & before(idle, 2)) | request)
    return harness


def time(module: ModuleType) -> tuple[Harness, Any, Value]:
    """A tick from outside begins a step as soon as it can; one that comes too early is an error, for good."""
    harness, registers = Harness(), Registers(Config(), OF_PINS)
    block = harness.block(module.Ticks(registers))
    timing, halts = (harness.register(registers, name) for name in ("timing_mode", "error_halt"))
    level = Signal(reset_less=True)
    harness.m.d.sync += level.eq(block.time_tick)
    rise = block.time_tick & ~level
    owed, error, halted = Signal(), Signal(), Signal()
    due = (rise & block.ready) | owed
    harness.assume(~harness.before(block.ready & ~block.tick & ~block.halted) | block.ready)  # as the core's
    harness.m.d.comb += halted.eq(error & halts)
    harness.m.d.sync += [
        error.eq(error | (rise & ~(block.ready & ~owed))),
        owed.eq(due & ~block.tick & ~halted),
    ]
    harness.claim(block.error == error)
    harness.claim(block.waiting == owed)
    harness.claim(block.halted == halted)
    harness.claim(block.tick == (due & ~block.busy & ~halted))
    harness.claim(~(block.tick | owed) | block.ready)
    may = block.ready & ~owed & ~block.time_tick & ~halted  # a tick may come, the last one has ended
    harness.claim(block.pin == Mux(timing, error, may))
    return harness, block, rise


def obeying_host(module: ModuleType) -> Harness:
    """A host that waits for the pin before each tick never sees an error, and gets a time step for each."""
    harness, block, rise = time(module)
    seen, ticks = Signal(), Signal(2)  # the pin has been high since the last tick; ticks less time steps
    harness.assume(~rise | (seen & harness.before(Const(1))))
    harness.assume(~harness.ports["timing_mode"])
    harness.m.d.sync += [seen.eq((seen | block.pin) & ~rise), ticks.eq(ticks + rise - block.tick)]
    harness.claim(~block.error & ~block.late)
    harness.claim(ticks == block.waiting)
    harness.claim(~seen | block.ready & ~block.waiting)
    return harness


def local_time(module: ModuleType) -> Harness:
    """Ticks from inside are cycles_per_tick apart while a sample is under way, the first one as far after."""
    harness, registers = Harness(), Registers(Config(), OF_PINS)
    block = harness.block(module.Ticks(registers))
    cycles = harness.constant("period", 32)
    harness.register(registers, "cycles_per_tick")
    local = harness.register(registers, "local_tick")
    harness.assume(local & block.ready & ~block.busy & (registers.cycles_per_tick == cycles))
    elapsed, due = Signal(33), Signal()  # since the last tick or the beginning of the sample
    harness.m.d.comb += due.eq(block.active & (elapsed + 1 == Mux(cycles == 0, 1, cycles)))
    harness.m.d.sync += elapsed.eq(Mux(block.active & ~due, elapsed + 1, 0))
    harness.claim(block.tick == due)
    harness.claim(~block.error & ~block.waiting)
    harness.claim(elapsed < Mux(cycles == 0, 1, cycles))
    harness.claim(elapsed == harness.peek("block.count", 32))
    return harness


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_input_bus_for_ever(config: Config) -> None:
    assert prove(input_bus(aer, config), induction=1) is None


def test_output_bus_for_ever() -> None:
    assert prove(output_bus(output, Config()), induction=3) is None


def test_ticks_for_ever() -> None:
    assert prove(time(ticks)[0], induction=1) is None


def test_ticks_of_a_host_that_waits_for_ever() -> None:
    assert prove(obeying_host(ticks), induction=1) is None


def test_local_ticks_for_ever() -> None:
    assert prove(local_time(ticks), induction=1) is None


INPUT_BUS = {
    "acknowledged early": ("self.request & settled & ~self", "self.request & ~self"),
    "acknowledged while not taken": ("with m.If(taken):", "with m.If(offered):"),
    "event taken again": ("with m.Elif(~self.request):", "with m.Else():"),
    "event lost": ("events = self.event.valid & self.event.ready", "events = self.event.valid"),
    "line too many": ("self.registers.num_inp_neur)", "self.registers.num_inp_neur + 1)"),
    "half kept": ("self.target.ready) | ~self.target_request", "self.target.ready)"),
    "halves swapped": ("Cat(low, self.address)", "Cat(self.address, low)"),
}
OUTPUT_BUS = {
    "acknowledge not awaited": ("self.result.valid & ~self.acknowledge", "self.result.valid"),
    "end not awaited": ('m.State("END"), m.If(~self.acknowledge)', 'm.State("END"), m.If(1)'),
    "high byte first": ("Mux(high,", "Mux(~high,"),
    "winner of two bytes": ("last = self.is_winner | high", "last = high"),
    "potential of one byte": ("last = self.is_winner | high", "last = 1"),
}
TICKS = {
    "waiting tick lost": ("self.tick.eq((came | self.waiting)", "self.tick.eq((came)"),
    "tick during an access": ("self.ready & ~self.busy & ~self", "self.ready & ~self"),
    "ready while TIME_TICK is high": ("& ~self.time_tick & ~self.halted", "& ~self.halted"),
    "error forgotten": (
        "with m.If(self.late):",
        "m.d.sync += self.error.eq(0)\n        with m.If(self.late):",
    ),
    "error unseen": ("came & (~self.ready | self.waiting)", "came & ~self.ready"),
    "not halted": ("self.error & registers.error_halt", "0"),
}


@pytest.mark.parametrize(("right", "wrong"), INPUT_BUS.values(), ids=INPUT_BUS)
def test_planted_error_of_the_input_bus(right: str, wrong: str) -> None:
    assert prove(input_bus(mutant(aer, right, wrong), CONFIGS["19 lines"]), induction=1) is not None


@pytest.mark.parametrize(("right", "wrong"), OUTPUT_BUS.values(), ids=OUTPUT_BUS)
def test_planted_error_of_the_output_bus(right: str, wrong: str) -> None:
    assert prove(output_bus(mutant(output, right, wrong), Config()), cycles=12) is not None


@pytest.mark.parametrize(("right", "wrong"), TICKS.values(), ids=TICKS)
def test_planted_error_of_ticks(right: str, wrong: str) -> None:
    assert prove(time(mutant(ticks, right, wrong))[0], induction=1) is not None


def test_planted_error_of_local_ticks() -> None:
    wrong = mutant(ticks, "count + 1 >= ", "count >= ")
    assert prove(local_time(wrong), cycles=6) is not None
