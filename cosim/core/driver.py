"""The core's ports: what a host does with them, one coroutine per deed.

Every coroutine starts and ends just after a falling edge of the clock, halfway between two rising ones:
inputs change there and outputs are looked at there.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge, SimTimeoutError, with_timeout
from cocotb.utils import get_sim_time

from rtl.delivery.program import FREEZE

PERIOD = 4  # simulator steps
PATIENCE = 1_000  # cycles to wait for what ought to come soon
INPUTS = (
    "tick", "sample", "target_valid", "infer", "halt", "event__payload", "target__payload",
    "register__number", "register__data", "access__space", "access__row", "access__column", "access__data",
)  # fmt: skip
STROBES = ("event__valid", "target__valid", "register__write", "access__read", "access__write")


class StuckError(Exception):
    """The core did not do in time what it has to."""


class Driver:
    """A host at the ports of a core.

    Parameters
    ----------
    dut : handle
        The simulated core.

    Attributes
    ----------
    results : list of int
        What the core has sent since the list was last cleared.
    targets : sequence of int
        What the core gets when it asks for a target.
    """

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.results: list[int] = []
        self.targets: Sequence[int] = ()

    async def start(self) -> None:
        """Start the clock and whatever goes on beside the host's own deeds."""
        for name in (*INPUTS, *STROBES):
            getattr(self.dut, name).value = 0
        self.dut.result__ready.value = 1
        self.dut.rst.value = 1
        Clock(self.dut.clk, PERIOD, unit="step", impl="gpi").start()
        cocotb.start_soon(self._collect())
        cocotb.start_soon(self._answer())
        await self._edge()

    async def reset(self) -> None:
        """Reset the core and wait until memories may be accessed."""
        self.dut.rst.value = 1
        await self._edge()
        await self._edge()
        self.dut.rst.value = 0
        for _ in range(100 * PATIENCE):
            await self._edge()
            if self.dut.frozen.value or (self.dut.idle.value and self.dut.ready.value):
                return
        raise StuckError("the core is neither frozen nor idle after its reset")

    async def write_register(self, number: int, data: int) -> None:
        """Write a register."""
        self.dut.register__number.value = number
        self.dut.register__data.value = data
        await self._pulse(self.dut.register__write)

    async def run(self) -> None:
        """Let the core leave its frozen state."""
        await self.write_register(FREEZE, 0)
        await self.wait_ready(PATIENCE)

    async def write(self, space: int, row: int, column: int, value: int) -> None:
        """Write an element of a memory."""
        self._address(space, row, column)
        self.dut.access__data.value = value % (1 << 32)
        await self._pulse(self.dut.access__write)

    async def read(self, space: int, places: Iterable[tuple[int, int]]) -> list[int]:
        """Read elements of a memory, given by row and column, one per cycle."""
        values: list[int] = []
        asked = 0
        for row, column in places:
            self._address(space, row, column)
            await self._pulse(self.dut.access__read)
            asked += 1
            self._take_value(values)
        for _ in range(PATIENCE):
            if len(values) == asked:
                return values
            await self._edge()
            self._take_value(values)
        raise StuckError(f"{len(values)} of {asked} values of space {space} are read")

    def _take_value(self, values: list[int]) -> None:
        if self.dut.access__valid.value:
            values.append(int(self.dut.access__value.value.to_signed()))

    async def send_event(self, line: int) -> None:
        """Send an input event."""
        await self._send("event", line)

    async def tick(self, *, sample: bool, target_valid: bool, infer: bool) -> None:
        """Begin a time step."""
        self.dut.sample.value = sample
        self.dut.target_valid.value = target_valid
        self.dut.infer.value = infer
        await self._pulse(self.dut.tick)

    async def wait_ready(self, cycles: int) -> None:
        """Wait until the core is ready for a tick."""
        if self.dut.ready.value:
            return
        try:
            await with_timeout(RisingEdge(self.dut.ready), cycles * PERIOD, "step")
        except SimTimeoutError:
            raise StuckError(f"the core is not ready after {cycles} cycles") from None
        await self._edge()

    async def wait_results(self, count: int) -> None:
        """Wait until at least so many results have come."""
        for _ in range(PATIENCE):
            if len(self.results) >= count:
                return
            await self._edge()
        raise StuckError(f"{len(self.results)} of {count} results are sent")

    async def next_cycle(self) -> None:
        """Let a clock cycle pass."""
        await self._edge()

    def now(self) -> int:
        """Return the number of clock cycles since the start."""
        return int(get_sim_time("step")) // PERIOD

    def _address(self, space: int, row: int, column: int) -> None:
        self.dut.access__space.value = space
        self.dut.access__row.value = row
        self.dut.access__column.value = column

    async def _edge(self) -> None:
        await FallingEdge(self.dut.clk)

    async def _pulse(self, signal: Any) -> None:
        signal.value = 1
        await self._edge()
        signal.value = 0

    async def _send(self, stream: str, payload: int) -> None:
        """Send one element through a stream of the core."""
        valid, ready = getattr(self.dut, f"{stream}__valid"), getattr(self.dut, f"{stream}__ready")
        port = getattr(self.dut, f"{stream}__payload")
        port.value = payload % (1 << len(port))
        valid.value = 1
        for _ in range(PATIENCE):
            await ReadOnly()
            taken = bool(ready.value)
            await self._edge()
            if taken:
                valid.value = 0
                return
        raise StuckError(f"the core does not take an element of the stream {stream}")

    async def _collect(self) -> None:
        """Keep what the core sends; it is always taken at once."""
        while True:
            await RisingEdge(self.dut.result__valid)
            await self._edge()
            while self.dut.result__valid.value:
                self.results.append(int(self.dut.result__payload.value.to_signed()))
                await self._edge()

    async def _answer(self) -> None:
        """Send the targets whenever the core asks for them."""
        while True:
            await RisingEdge(self.dut.target_request)
            await self._edge()
            with suppress(StuckError):  # who waits for the core finds it stuck
                for value in self.targets:
                    await self._send("target", value)
