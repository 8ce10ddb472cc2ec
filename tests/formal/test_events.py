"""Proofs of the sets of events: what is given in any cycle is in the next set, and listed once, in order."""

from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Signal, Value
from amaranth.lib.wiring import connect

from golden_model.network.config import Config
from rtl.chip.aer import AerInput
from rtl.core import events
from rtl.core.events import WORD
from rtl.core.registers import Registers
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove
from tests.formal.storage import circuit

pytestmark = pytest.mark.long

# Most lines, neurons and readouts, and lanes.
CIRCUITS = [pytest.param((256, 256, 16), 16, marks=pytest.mark.slow), ((40, 100, 2), 4), ((19, 38, 5), 1)]


def sets(module: ModuleType, config: Config, lanes: int) -> Harness:
    """Follow one index, whichever it is: it is listed with what it has, if no lesser one is left."""
    harness = Harness()
    block = harness.block(module.Events(config, lanes))
    index = harness.constant("any_index", range(max(config.n_in, config.n_rec)))
    harness.assume(index < max(config.n_in, config.n_rec))
    disturbs = block.swap | block.fire | block.preset | block.forget
    harness.assume(~(block.lists & disturbs))  # other states of the core, as are preset and fire
    harness.assume(~(block.preset & block.fire))
    collected, event, spike = (
        member(harness, name, block, index) for name in ("collected", "current", "spikes")
    )
    looks = block.lists & (~block.valid | block.take)  # for the least index
    listed = block.valid & harness.before(looks)
    mine = listed & (block.index == index)
    had_event, has_event = follow_events(harness, block, index, mine, collected)
    had_spike, has_spike = follow_spikes(harness, block, index, mine)
    harness.claim((event == has_event) & (spike == has_spike))
    harness.claim(~mine | ((block.has_event == had_event) & (block.has_spike == had_spike)))
    harness.claim(~mine | had_event | had_spike)
    harness.claim(~(listed & (block.index > index)) | ~(had_event | had_spike))
    harness.claim(~(harness.before(looks) & ~block.valid) | ~(had_event | had_spike))
    harness.claim(~block.empty | ~(has_event | has_spike))
    kept = harness.before(block.valid & ~block.take)
    harness.claim(~kept | (block.valid & (block.index == harness.before(block.index))))
    return harness


def member(harness: Harness, name: str, block: Any, index: Value) -> Value:
    """Tell whether an index is in a set of the block."""
    return harness.peek(f"block.{name}", block.words * WORD).bit_select(index, 1)


def follow_events(
    harness: Harness, block: Any, index: Value, mine: Value, collected: Value
) -> tuple[Value, Value]:
    """Follow the events of an index; return if there was one before a listing, and is after it."""
    following = Signal()  # in the set of the next time step
    had = Signal()
    given = block.event.valid & block.event.ready & (block.event.payload == index)
    has = had & ~mine
    with harness.m.If(block.swap):
        harness.m.d.sync += [had.eq(following), following.eq(0)]
    with harness.m.Else():
        harness.m.d.sync += [had.eq(has), following.eq(following | given)]
    with harness.m.If(block.forget):
        harness.m.d.sync += had.eq(0)
    harness.claim(block.event.ready == ~block.swap)
    harness.claim(collected == following)
    return had, has


def follow_spikes(harness: Harness, block: Any, index: Value, mine: Value) -> tuple[Value, Value]:
    """Follow the spike of an index; return if there was one before a listing, and is after it."""
    had, shift = Signal(), block.lanes.bit_length() - 1
    has = had & ~mine
    harness.m.d.sync += had.eq(has)
    with harness.m.If(block.fire & (block.spike_word == index >> shift)):
        harness.m.d.sync += had.eq(block.spike.bit_select(index[:shift], 1))
    with harness.m.If(block.preset & (block.preset_index == index)):
        harness.m.d.sync += had.eq(block.preset_spike)
    with harness.m.If(block.forget):
        harness.m.d.sync += had.eq(0)
    return had, has


def bus_and_sets(module: ModuleType, config: Config) -> Harness:
    """An event that the bus acknowledges is in the next set; while the sets swap, none is acknowledged."""
    harness, registers = Harness(), Registers(config)
    bus = harness.block(AerInput(config, registers), "bus")
    block = harness.block(module.Events(config, 1))
    connect(harness.m, bus.event, block.event)
    last = harness.register(registers, "num_inp_neur")
    line = harness.constant("any_line", range(config.n_in))
    harness.assume(last < config.n_in)
    event = ~bus.is_target & (bus.address <= last)
    rises = bus.acknowledge & ~harness.before(bus.acknowledge)
    acknowledged = rises & harness.before(event & (bus.address == line))
    before, now = Signal(), Signal()  # this cycle, the line is in the set
    harness.m.d.comb += now.eq(before | acknowledged)
    harness.m.d.sync += before.eq(now & ~block.swap)
    harness.claim(member(harness, "collected", block, line) == now)
    harness.claim(~(rises & harness.before(event)) | ~harness.before(block.swap))
    return harness


@pytest.mark.parametrize(("sizes", "lanes"), CIRCUITS)
def test_sets_for_ever(sizes: tuple[int, int, int], lanes: int) -> None:
    assert prove(sets(events, circuit(sizes), lanes), induction=1) is None


@pytest.mark.parametrize("sizes", [(40, 100, 2), (19, 38, 5)])
def test_bus_and_sets_for_ever(sizes: tuple[int, int, int]) -> None:
    assert prove(bus_and_sets(events, circuit(sizes)), induction=1) is None


SETS = {
    "event lost in a swap": ("self.event.ready.eq(~self.swap)", "self.event.ready.eq(1)"),
    "set not emptied": ("collected.eq(0)]", "collected.eq(collected)]"),
    "greatest first": ("for n in reversed(range(len(members)))", "for n in range(len(members))"),
    "listed twice": ("                events.bit_select(found, 1).eq(0),\n", ""),
    "last word unseen": ("pending == 0", "pending[:-1] == 0"),
}


@pytest.mark.parametrize(("right", "wrong"), SETS.values(), ids=SETS)
def test_planted_error_of_sets(right: str, wrong: str) -> None:
    assert prove(sets(mutant(events, right, wrong), circuit((19, 38, 5)), 1), cycles=6) is not None


def test_planted_event_that_is_acknowledged_in_a_swap() -> None:
    wrong = mutant(events, *SETS["event lost in a swap"])
    assert prove(bus_and_sets(wrong, circuit((19, 38, 5))), cycles=6) is not None
