"""What goes on beside a host's deeds does not end a launch: who waits for the circuit finds it stuck."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from cocotb.triggers import SimTimeoutError

from cosim.chip import board
from cosim.core import driver


class OverError(Exception):
    """The test is over."""


def edges(count: int) -> Any:
    """Return a trigger that comes so often."""
    left = iter(range(count))

    async def edge(_: object = None) -> None:
        if next(left, None) is None:
            raise OverError

    return edge


def raising(error: Exception) -> Any:
    async def deed(*_: object) -> None:
        raise error

    return deed


def test_core_that_takes_no_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again at its next request."""
    host = driver.Driver(SimpleNamespace(target_request=None))
    host.targets = [1]
    monkeypatch.setattr(driver, "RisingEdge", edges(2))
    monkeypatch.setattr(host, "_edge", edges(2))
    monkeypatch.setattr(host, "_send", raising(driver.StuckError()))
    with pytest.raises(OverError):
        asyncio.run(host._answer())


def chip_host(**agents: Any) -> board.Board:
    """Return a host at no chip."""
    host = object.__new__(board.Board)
    vars(host).update(agents, received=[])
    return host


def test_chip_that_does_not_end_a_handshake() -> None:
    host = chip_host(sink=SimpleNamespace(receive=raising(SimTimeoutError())))
    asyncio.run(host._collect())
    assert host.received == []


def test_chip_that_takes_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    pins = SimpleNamespace(MISO=None, SPI_RDY=SimpleNamespace(value=0))
    parameters = SimpleNamespace(registers=SimpleNamespace(regression=0))
    aer = SimpleNamespace(send_label=raising(SimTimeoutError()))
    monkeypatch.setattr(board, "RisingEdge", edges(1))
    monkeypatch.setattr(board, "Timer", no_time)
    asyncio.run(chip_host(dut=pins, parameters=parameters, aer=aer, _target=0)._answer())


async def no_time(*_: object) -> None:
    """Let no time pass."""
