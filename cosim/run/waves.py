"""Waveforms of a window of cycles, and how GTKWave shows them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import vcd
from cocotb.handle import HierarchyObject, LogicArrayObject, LogicObject, PackedObject
from cocotb.triggers import ReadOnly, Timer
from cocotb.utils import get_sim_time
from vcd.gtkw import GTKWSave

WAVES, VIEW = "waves.vcd", "waves.gtkw"
BEFORE, AFTER = 200, 20  # cycles around a difference

Signal = tuple[str, str, Any]  # scope, name, handle


class Waves:
    """Writes all visible signals of a circuit in a window.

    Parameters
    ----------
    dut : handle
        The top module.
    folder : Path
    cycle : int
        That of the difference.
    period : int
        Of the clock, in steps of the simulator.
    """

    def __init__(self, dut: Any, folder: Path, cycle: int, period: int) -> None:
        self._folder, self._period = folder, period
        self._first, self._last = max(cycle - BEFORE, 0), cycle + AFTER
        self._signals = list(_signals(dut, dut._name))

    async def record(self) -> None:
        """Wait for the window, write it twice per cycle, and say how it is shown."""
        start = max(self._first * self._period, 1)
        await Timer(start - int(get_sim_time("step")), "step")
        self._save_view()
        with (
            (self._folder / WAVES).open("w", encoding="utf-8") as file,
            vcd.VCDWriter(file, "1 ns", init_timestamp=start) as out,
        ):
            await self._write(out)

    async def _write(self, out: Any) -> None:
        variables = [out.register_var(*signal[:2], "wire", size=_size(signal[2])) for signal in self._signals]
        for _ in range(2 * (self._last - self._first)):
            await ReadOnly()
            now = int(get_sim_time("step"))
            for variable, (_, _, handle) in zip(variables, self._signals, strict=True):
                out.change(variable, now, str(handle.value))
            await Timer(self._period // 2, "step")

    def _save_view(self) -> None:
        """Group signals by the block that they belong to."""
        groups: dict[str, list[Signal]] = {}
        for signal in self._signals:
            groups.setdefault(signal[0], []).append(signal)
        with (self._folder / VIEW).open("w", encoding="utf-8") as file:
            view = GTKWSave(file)
            view.dumpfile(str(self._folder / WAVES))
            view.timestart(self._first * self._period)
            for scope, signals in groups.items():
                with view.group(scope, closed=scope.count(".") > 0):
                    for _, name, handle in signals:
                        bits = f"[{_size(handle) - 1}:0]" if _size(handle) > 1 else ""
                        view.trace(f"{scope}.{name}{bits}")


def _size(handle: Any) -> int:
    return 1 if isinstance(handle, LogicObject) else len(handle)


def _signals(scope: Any, path: str) -> Iterator[Signal]:
    """Yield the signals of a scope and of those within, memories and unnamed ones left out."""
    for child in scope:
        name = child._name.strip("\\ ")
        if isinstance(child, HierarchyObject):
            yield from _signals(child, f"{path}.{name}")
        elif isinstance(child, (LogicObject, LogicArrayObject, PackedObject)) and "$" not in name:
            yield path, name, child
