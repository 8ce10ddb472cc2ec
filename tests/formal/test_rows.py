"""Proofs of the rows of a weight array: which words are read and written, and that no two cycles meet."""

from functools import reduce
from operator import and_
from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Cat, Const, Value

from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from rtl.core import synapse
from rtl.core.registers import Registers
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove
from tests.formal.storage import CIRCUITS, circuit

pytestmark = pytest.mark.long

SIZE = {"in": ("num_inp_neur", "n_in"), "rec": ("num_rec_neur", "n_rec")}


def rows(module: ModuleType, config: Config, lanes: int, kind: str) -> Harness:
    """Visit rows onto groups as the phase *learn* has them begin, whatever is learned."""
    harness, registers = Harness(), Registers(config)
    block = harness.block(module.Synapses(config, kind, lanes, registers))
    harness.leave_out("block", "updated", "random", "before")
    lasts = {name: harness.keep(harness.register(registers, name)) for name, _ in SIZE.values()}
    for name, size in SIZE.values():
        harness.assume(lasts[name] < getattr(config, size))
    last = lasts[SIZE[kind][0]]
    begins(harness, block, lasts["num_rec_neur"])
    flights = follow(harness, block, last)
    harness.claim(~block.read | ((block.pre <= last) & (block.word // (GROUP // lanes) == block.row_group)))
    harness.claim(~block.trace_read | (block.trace_address <= last // lanes))
    meet = (block.pre == block.write_pre) & (block.word == block.write_word)
    harness.claim(~(block.read & block.write.any() & meet))
    busy, before = block.busy, harness.before
    harness.claim(
        (~block.scanning | busy) & (~before(block.start) | busy) & (~busy | before(block.start | busy))
    )
    harness.claim(before(busy) | ~block.write.any())
    five = before(Const(1), 5)  # cycles since a reset
    read, pre, word = (before(member, 5) for member in (block.read, block.pre, block.word))
    harness.claim(~five | (block.write.all() == read) & (block.write.any() == read))
    harness.claim(~(five & read) | ((block.write_pre == pre) & (block.write_word == word)))
    assert len(flights) == block.latency
    return harness


def begins(harness: Harness, block: Any, last: Value) -> None:
    """Assume what the phase *learn* does: a group follows a lesser one, or comes when all is written."""
    before, take = harness.before, harness.free("take", 1)
    harness.assume(~block.start | take)
    harness.assume(~(take & block.scanning))
    harness.assume(block.row_group <= last // GROUP)
    stays = (block.row_group == before(block.row_group)) & (block.pending == before(block.pending))
    harness.assume(before(take) | stays)
    harness.assume(~before(take & block.busy) | (block.row_group > before(block.row_group)))


def follow(harness: Harness, block: Any, last: Value) -> list[Any]:
    """Claim that rows are visited in ascending order: all that is under way lies behind."""
    lanes, peek, claim = block.lanes, harness.peek, harness.claim
    shift, parts = lanes.bit_length() - 1, (GROUP // lanes).bit_length() - 1
    base, fetch = (peek(f"block.{name}", block.trace_address.shape()) for name in ("base", "fetch"))
    held, scanned = peek("block.held", 1), peek("block.scanned", 1)
    flags, part = peek("block.flags", lanes), peek("block.part", max(parts, 1)) if parts else Const(0, 1)
    some = flags.any()
    claim(~held | ((fetch <= last >> shift) & (scanned == (fetch == last >> shift))))
    claim(~(held & some) | (base < fetch))
    claim(~some | reduce(and_, ((~flags[n] | (base * lanes + n <= last)) for n in range(lanes))))
    claim((some & block.pending) | (part == 0))
    flights = []
    for stage in range(1, block.latency + 1):
        valid, pre = peek(f"block.valid_{stage}", 1), peek(f"block.pre_{stage}", block.pre.shape())
        word = peek(f"block.word_{stage}", block.word.shape())
        same = valid & (word >> parts == block.row_group)
        claim(~valid | (word >> parts <= block.row_group))
        claim(~(same & held) | (pre >> shift < fetch))
        claim(~same | (pre >> shift <= base))
        here = same & some & (pre >> shift == base)
        behind = Cat(word[:parts], pre, Const(0, 1)) < Cat(part[:parts], block.pre, Const(0, 1))
        claim(~here | behind)
        flights.append(valid)
    return flights


@pytest.mark.parametrize("kind", SIZE)
@pytest.mark.parametrize(("sizes", "lanes"), CIRCUITS)
def test_rows_for_ever(sizes: tuple[int, int, int], lanes: int, kind: str) -> None:
    assert prove(rows(synapse, circuit(sizes), lanes, kind), induction=5) is None


PLANTED = {
    "row visited again": ("left = self.flags & (self.flags - 1)", "left = self.flags"),
    "row too many": ("+ n <= last_pre", "+ n <= last_pre + 1"),
    "word of traces too many": ("scanned.eq(fetch + 1 == last_word)", "scanned.eq(fetch == last_word)"),
    "written a stage early": ("Mux(valid[5]", "Mux(valid[4]"),
    "written to another row": ("self.write_pre.eq(self._pre[5])", "self.write_pre.eq(self._pre[4])"),
    "busy too short": ("Cat(valid[1:5]).any()", "Cat(valid[1:2]).any()"),
}


@pytest.mark.parametrize(("right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_error_of_rows(right: str, wrong: str) -> None:
    assert prove(rows(mutant(synapse, right, wrong), circuit((19, 38, 5)), 2, "rec"), induction=5) is not None
