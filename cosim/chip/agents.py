"""What stands at the pins of a chip: an SPI master, sources of events and ticks, a sink of results.

All take handles of pins, of a simulated chip or of a bench of one's own around it, and times in ns.
"""

from collections.abc import Iterable
from typing import Any

from cocotb.triggers import FallingEdge, RisingEdge, Timer, with_timeout

from rtl.delivery.frames import Frame, header

WORD_BITS = 32
PATIENCE = 2_000_000  # ns to wait for what ought to come


class SpiMaster:
    """Sends frames; a bit is read just before SCK rises.

    Parameters
    ----------
    sck, mosi, miso : handle
    half_period : int
        Half a period of SCK. Docs say how fast reads may be.
    """

    def __init__(self, sck: Any, mosi: Any, miso: Any, *, half_period: int = 50) -> None:
        self._sck, self._mosi, self._miso, self.half_period = sck, mosi, miso, half_period
        sck.value = 0
        mosi.value = 0

    async def write(self, space: int, address: int, words: Iterable[int]) -> None:
        """Write words of 32 bits at an address of a space, and at those that follow."""
        await self.send_frame(Frame(space, address, tuple(words)))

    async def send_frame(self, frame: Frame) -> None:
        """Send a frame that writes."""
        for word in (frame.header, *frame.words):
            await self.send(word)

    async def read(self, space: int, address: int, count: int = 1) -> list[int]:
        """Read words of 32 bits."""
        await self.send(header(space, address, count, reads=True))
        return [await self.send(0) for _ in range(count)]

    async def write_register(self, number: int, value: int) -> None:
        """Write a register."""
        await self.write(0, number, [value % (1 << WORD_BITS)])

    async def send(self, word: int, bits: int = WORD_BITS) -> int:
        """Send the upper bits of a word, and return what comes back meanwhile."""
        received, half = 0, Timer(self.half_period, "ns")
        for bit in range(bits):
            self._mosi.value = word >> WORD_BITS - 1 - bit & 1
            await half
            received = received << 1 | int(self._miso.value)
            self._sck.value = 1
            await half
            self._sck.value = 0
        return received


class AerSource:
    """Makes four-phase handshakes with events and targets.

    Parameters
    ----------
    address, is_target, request, acknowledge : handle
    """

    def __init__(self, address: Any, is_target: Any, request: Any, acknowledge: Any) -> None:
        self._address, self._is_target = address, is_target
        self._request, self._acknowledge = request, acknowledge
        for pin in (address, is_target, request):
            pin.value = 0

    async def send_event(self, line: int) -> None:
        """Send an event of an input line."""
        await self._send(line, is_target=False)

    async def send_label(self, label: int) -> None:
        """Send the label of a sample."""
        await self._send(label, is_target=True)

    async def send_target(self, target: int) -> None:
        """Send a target of a regression, s16, low byte first."""
        for byte in (target & 0xFF, target >> 8 & 0xFF):
            await self._send(byte, is_target=True)

    async def _send(self, byte: int, *, is_target: bool) -> None:
        if self._acknowledge.value:
            await with_timeout(FallingEdge(self._acknowledge), PATIENCE, "ns")
        self._address.value = byte
        self._is_target.value = is_target
        await Timer(1, "ns")
        self._request.value = 1
        await with_timeout(RisingEdge(self._acknowledge), PATIENCE, "ns")
        await Timer(1, "ns")
        self._request.value = 0
        await with_timeout(FallingEdge(self._acknowledge), PATIENCE, "ns")
        self._is_target.value = 0


class TickSource:
    """Makes ticks, high for some time, and waits until the chip is ready again: until that pin rises.

    Parameters
    ----------
    time_tick, ready : handle
    high : int
        How long a tick is high.
    """

    def __init__(self, time_tick: Any, ready: Any, *, high: int = 100) -> None:
        self._time_tick, self._ready, self.high = time_tick, ready, high
        time_tick.value = 0

    async def pulse(self) -> None:
        """Make a tick and do not wait."""
        self._time_tick.value = 1
        await Timer(self.high, "ns")
        self._time_tick.value = 0

    async def tick(self) -> None:
        """Make a tick and wait for the rise of ready."""
        await self.pulse()
        await with_timeout(RisingEdge(self._ready), PATIENCE, "ns")


class LocalTicks:
    """Waits for ticks that the chip makes inside: with each of them the pin of ready falls.

    Parameters
    ----------
    ready : handle
    """

    def __init__(self, ready: Any) -> None:
        self._ready = ready

    async def pulse(self) -> None:
        """Wait for the next tick."""
        await with_timeout(FallingEdge(self._ready), PATIENCE, "ns")

    async def tick(self) -> None:
        """Wait for the next tick and then for the rise of ready."""
        await self.pulse()
        await with_timeout(RisingEdge(self._ready), PATIENCE, "ns")


class OutputSink:
    """Takes results, a byte per handshake.

    Parameters
    ----------
    data, request, acknowledge : handle
    """

    def __init__(self, data: Any, request: Any, acknowledge: Any) -> None:
        self._data, self._request, self._acknowledge = data, request, acknowledge
        acknowledge.value = 0

    async def receive(self) -> int:
        """Wait for a byte, however long, take it and return it."""
        if not self._request.value:
            await RisingEdge(self._request)
            await Timer(1, "ns")  # data may change at the same edge of the clock
        byte = int(self._data.value)
        self._acknowledge.value = 1
        await with_timeout(FallingEdge(self._request), PATIENCE, "ns")
        self._acknowledge.value = 0
        return byte

    async def receive_winner(self) -> int:
        """Return the winner that the chip sends."""
        return await self.receive() & 0xF

    async def receive_potential(self) -> int:
        """Return a potential, s16."""
        low, high = await self.receive(), await self.receive()
        value = high << 8 | low
        return value - (value >> 15 << 16)
