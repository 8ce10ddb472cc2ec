"""A host at the pins gives targets in the units of a chip."""

import asyncio
from types import SimpleNamespace

import pytest

from cosim.chip.board import Board
from golden_model.network.config import Config


@pytest.mark.parametrize(("membrane_bits", "sent"), [(16, [1530, -1450, 7]), (14, [382, -363, 1])])
def test_targets_are_scaled_as_potentials_are(membrane_bits: int, sent: list[int]) -> None:
    """They are given in published units, as to the golden model."""
    found: list[int] = []

    async def send_target(target: int) -> None:
        found.append(target)

    host, regression = object.__new__(Board), SimpleNamespace(registers=SimpleNamespace(regression=1))
    host.config, host.aer = Config(membrane_bits=membrane_bits), SimpleNamespace(send_target=send_target)
    host.parameters, host._target = regression, [1530, -1450, 7]
    asyncio.run(host._send_target())
    assert found == sent
