"""Memories of words of lanes, with one read port and one write port."""

from pathlib import Path
from typing import Any

from amaranth.hdl import ClockSignal, Const, Elaboratable, Instance, Module, Value
from amaranth.lib import data, memory, wiring
from amaranth.lib.wiring import In, Out

MACRO = "eprop_memory"
MODEL = Path(__file__).with_name(f"{MACRO}.v")  # its behaviour


class Macros:
    """The platform on which memories are instances of one module, which a foundry's may take the place of."""


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
    image : str
        A file of words in hexadecimal digits, which it holds at power-up; zeros if empty.

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

    def __init__(self, *, depth: int, bits: int, lanes: int, image: str = "") -> None:
        self.depth, self.bits, self.lanes, self.image = depth, bits, lanes, image
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
        m.submodules.cells = self._macro() if isinstance(platform, Macros) else self._array(m)
        return m

    def _array(self, m: Module) -> Elaboratable:
        array = memory.Memory(shape=self.bits * self.lanes, depth=self.depth, init=[])
        reader, writer = array.read_port(), array.write_port(granularity=self.bits)
        m.d.comb += [
            reader.en.eq(self.read),
            reader.addr.eq(self.read_address),
            self.read_word.as_value().eq(reader.data),
            writer.en.eq(self.write),
            writer.addr.eq(self.write_address),
            writer.data.eq(self.write_word.as_value()),
        ]
        return array

    def _macro(self) -> Elaboratable:
        sizes: dict[str, int | str] = {"DEPTH": self.depth, "BITS": self.bits, "LANES": self.lanes}
        if self.image:
            sizes["IMAGE"] = self.image
        inputs = {
            "clk": ClockSignal(),
            "read": self.read,
            "read_address": _address(self.read_address),
            "write": self.write,
            "write_address": _address(self.write_address),
            "write_word": self.write_word.as_value(),
        }
        return Instance(
            MACRO,
            **{f"p_{name}": size for name, size in sizes.items()},
            p_ADDRESS_BITS=len(inputs["read_address"]),
            **{f"i_{name}": value for name, value in inputs.items()},
            o_read_word=self.read_word.as_value(),
        )


def _address(address: Value) -> Value:
    """Return an address; that of a single word has no bits, but a port has to have one."""
    return address if len(address) else Const(0, 1)
