"""Memories of words of lanes, with one read port and one write port."""

from typing import Any

from amaranth.hdl import Elaboratable, Module
from amaranth.lib import data, memory, wiring
from amaranth.lib.wiring import In, Out


class Memory(wiring.Component):
    """A memory of words that hold one element per lane.

    A word that is read in one cycle is there in the next, and stays until another is read. No address may
    be read and written in the same cycle.

    Parameters
    ----------
    depth : int
        Words.
    bits : int
        Of an element.
    lanes : int
        Elements of a word, laid out as `word`.

    Attributes
    ----------
    latency : int
        Cycles from `read` to `read_word`.
    read, read_address : In
        Read a word.
    read_word : Out
        The word read last.
    write, write_address, write_word : In
        Write the elements of a word whose bits in `write` are set.
    """

    latency = 1

    def __init__(self, *, depth: int, bits: int, lanes: int) -> None:
        self.depth, self.bits, self.lanes = depth, bits, lanes
        self.word = word = data.ArrayLayout(bits, lanes)
        super().__init__(
            {
                "read": In(1),
                "read_address": In(range(depth)),
                "read_word": Out(word),
                "write": In(lanes),
                "write_address": In(range(depth)),
                "write_word": In(word),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        shape = self.bits * self.lanes
        m.submodules.array = array = memory.Memory(shape=shape, depth=self.depth, init=[])
        reader, writer = array.read_port(), array.write_port(granularity=self.bits)
        m.d.comb += [
            reader.en.eq(self.read),
            reader.addr.eq(self.read_address),
            self.read_word.as_value().eq(reader.data),
            writer.en.eq(self.write),
            writer.addr.eq(self.write_address),
            writer.data.eq(self.write_word.as_value()),
        ]
        return m
