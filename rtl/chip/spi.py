"""The SPI slave: frames of 32 address bits and 32-bit data words, oversampled by the clock."""

from typing import Any

from amaranth.hdl import Cat, Elaboratable, Module, Mux, Signal, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

WORD_BITS = 32
ADDRESS_BITS = 16
CHUNK_BITS = 2  # of an address: which 32 of the 128 bits of a memory word

HEADER = data.StructLayout({"address": ADDRESS_BITS, "count": 12, "space": 3, "reads": 1})


class Spi(wiring.Component):
    """Takes frames apart. There is no chip select: a frame is as long as its address bits say.

    A bit is taken when the clock has seen SCK rise, and MISO goes on to the next one then, which at a quarter
    of the clock is after SCK has fallen. The word to be read is asked for before its last address bits are
    there, since the first data bit follows at once.

    Attributes
    ----------
    latency : int
        Cycles from the rise of `sck` to what follows from it.
    sck, mosi : In
        Synchronized.
    miso : Out
    fetch, fetch_word : Out
        A word of 128 bits, `space` and address without chunk, is going to be read.
    space : Out
        Of the access under way.
    read_address : Out
        What `value` is taken from when a data word begins.
    value : In
    write, address, data : Out
        A data word has arrived.
    ends : Out
        The frame ends in this cycle.
    """

    latency = 1

    def __init__(self) -> None:
        super().__init__(
            {
                "sck": In(1),
                "mosi": In(1),
                "miso": Out(1),
                "fetch": Out(1),
                "fetch_word": Out(ADDRESS_BITS - CHUNK_BITS),
                "space": Out(3),
                "read_address": Out(ADDRESS_BITS),
                "value": In(WORD_BITS),
                "write": Out(1),
                "address": Out(ADDRESS_BITS),
                "data": Out(WORD_BITS),
                "ends": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        before = Signal(reset_less=True)  # whatever SCK is at a reset, that is no rise
        self.rise = Signal()
        self.bit = Signal(range(WORD_BITS))
        self.last = Signal()  # bit of a word
        self.arrived = Signal(WORD_BITS)  # bits of the present word, with the one of this cycle
        self.in_data = Signal()
        self.header = Signal(HEADER)
        kept = Signal(WORD_BITS - 1)
        m.d.sync += before.eq(self.sck)
        m.d.comb += [
            self.rise.eq(self.sck & ~before),
            self.last.eq(self.rise & (self.bit == WORD_BITS - 1)),
            self.arrived.eq(Cat(self.mosi, kept)),
        ]
        with m.If(self.rise):
            m.d.sync += [self.bit.eq(self.bit + 1), kept.eq(self.arrived)]
        self._frame(m)
        self._send(m)
        return m

    def _frame(self, m: Module) -> None:
        """Follow the words of a frame; an address counts up but in the space of registers."""
        header, arriving = self.header, data.View(HEADER, self.arrived)
        following = Signal(ADDRESS_BITS)
        m.d.comb += [
            following.eq(header.address + (header.space != 0)),
            self.address.eq(header.address),
            self.data.eq(self.arrived),
            self.write.eq(self.last & self.in_data & ~header.reads),
            self.ends.eq(self.last & Mux(self.in_data, header.count == 1, arriving.count == 0)),
            self.read_address.eq(Mux(self.in_data, following, arriving.address)),
        ]
        self._follow(m, arriving, following)

    def _follow(self, m: Module, arriving: Any, following: Value) -> None:
        """Take the address bits at the end of their word, and count at the end of each data word."""
        header = self.header
        with m.If(self.last & ~self.in_data):
            m.d.sync += [header.eq(arriving), self.in_data.eq(arriving.count != 0)]
        with m.Elif(self.last):
            m.d.sync += [
                header.address.eq(following),
                header.count.eq(header.count - 1),
                self.in_data.eq(header.count != 1),
            ]

    def _send(self, m: Module) -> None:
        """Shift words out, the next one of a read when the word before ends."""
        header, shifted, arriving = self.header, Signal(WORD_BITS), data.View(HEADER, self.arrived)
        early = Signal(HEADER)  # all but the chunk, two bits before the last
        m.d.comb += [
            early.as_value().eq(Cat(Cat(0, 0), self.arrived)),
            self.space.eq(Mux(self.bit == WORD_BITS - 1, arriving.space, early.space)),
            self.miso.eq(shifted[-1]),
        ]
        begins = arriving.reads & (arriving.count != 0)
        goes_on = header.reads & (header.count != 1)
        self._ask(m, early, goes_on)
        with m.If(self.last & Mux(self.in_data, goes_on, begins)):
            m.d.sync += shifted.eq(self.value)
        with m.Elif(self.rise):
            m.d.sync += shifted.eq(shifted << 1)

    def _ask(self, m: Module, early: Any, goes_on: Value) -> None:
        """Ask for a word to be read: before the last address bits are there, then as a data word begins."""
        with m.If(self.in_data):
            m.d.comb += [
                self.space.eq(self.header.space),
                self.fetch.eq(self.rise & (self.bit == 0) & goes_on),
                self.fetch_word.eq(self.read_address >> CHUNK_BITS),
            ]
        with m.Else():
            wanted = early.reads & (early.count != 0)
            m.d.comb += [
                self.fetch.eq(self.rise & (self.bit == WORD_BITS - 1 - CHUNK_BITS) & wanted),
                self.fetch_word.eq(early.address >> CHUNK_BITS),
            ]
