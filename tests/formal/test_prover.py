"""The prover itself: it finds what is wrong, and says where; it refuses to prove nothing."""

from inspect import currentframe
from types import FrameType

import pytest
from amaranth.hdl import Signal, signed

from golden_model.network.config import Config
from rtl.chip.ticks import Ticks
from rtl.core.registers import OF_PINS, Registers
from tests.formal.harness import Harness
from tests.formal.prover import prove


def line() -> int:
    """Return the line of the caller."""
    frame = currentframe()
    assert isinstance(frame, FrameType)
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def counter(limit: int) -> Harness:
    """Claim that a counter from 0 to 4 stays below a limit."""
    harness, count = Harness(), Signal(3)
    harness.m.d.sync += count.eq(count + 1)
    with harness.m.If(count == 4):
        harness.m.d.sync += count.eq(0)
    harness.claim(count < limit)
    return harness


def test_counterexample_has_the_values_and_the_line_of_the_claim() -> None:
    harness = Harness()
    x = harness.free("x", signed(16))
    harness.claim(x < 32767)
    at = line() - 1
    harness.claim(x >= -32768)
    found = prove(harness)
    assert found is not None
    assert (found.claims, found.cycles) == ([f"test_prover.py:{at}"], [{"x": 32767}])


def test_what_holds_in_the_first_cycles_only() -> None:
    assert prove(counter(4), cycles=4) is None
    found = prove(counter(4), cycles=5)
    assert found is not None
    assert [cycle["count"] for cycle in found.cycles[1:]] == [0, 1, 2, 3, 4]


def test_induction() -> None:
    assert prove(counter(5), induction=1) is None
    assert prove(counter(6), induction=1) is not None  # after 5, to which no reset leads
    assert prove(counter(6), induction=2) is None
    assert prove(counter(4), induction=5) is not None


def test_assumptions_that_nothing_meets() -> None:
    harness = Harness()
    x = harness.free("x", 4)
    harness.assume(x > 15)
    harness.claim(x == 0)
    with pytest.raises(ValueError, match="nothing meets the assumptions"):
        prove(harness)


def test_signal_that_a_block_does_not_have() -> None:
    harness, registers = Harness(), Registers(Config(), OF_PINS)
    harness.block(Ticks(registers))
    harness.claim(harness.peek("block.nothing", 1))
    with pytest.raises(RuntimeError, match=r"block\.nothing"):
        prove(harness, cycles=1)


def test_example_of_the_documentation() -> None:
    harness, registers = Harness(), Registers(Config(), OF_PINS)
    block = harness.block(Ticks(registers))
    halts = harness.register(registers, "error_halt")
    harness.assume(halts)
    failed = harness.before(block.error)
    harness.claim(~failed | ~block.tick)
    assert prove(harness, induction=1) is None
