"""The phase *propagate*: its records, ascending, and a cycle per word of every pass."""

from itertools import groupby

import pytest

from rtl.core.phase_propagate import SHORTEST, PropagatePhase
from tests.helpers.core_networks import CONFIG, NETWORKS, SIMULATED, core_of, seen
from tests.helpers.elements import Elements


def passes(name: str, lanes: int) -> list[list[int]]:
    """Return the indices that made passes, of each tick in the order in which they were shown."""
    elements, ticks = Elements(CONFIG, lanes, core_of(name).parameters), []
    for _, records in groupby(seen(lanes)[name].records, key=lambda record: record[:2]):
        keys = [key for _, _, *port in records for key, _ in elements.shown(*port)]
        indices = [element[0] for *signal, element in keys if signal == ["propagate", "membrane"]]
        ticks.append([index for index, _ in groupby(indices)])
    return ticks


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_indices_ascend(name: str, lanes: int) -> None:
    ticks = passes(name, lanes)
    assert any(len(indices) > 1 for indices in ticks) or name == "smallest"
    assert all(indices == sorted(set(indices)) for indices in ticks)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", ["classification", "labels", "smallest"])
def test_cycles_of_passes_without_many_readouts(name: str, lanes: int) -> None:
    """All passes of a network with few readouts are as long; a tick without one takes a cycle."""
    network, ticks = NETWORKS[name], passes(name, lanes)
    words = max(-(-network.sizes[1] // lanes), -(-network.sizes[2] // lanes), SHORTEST)
    n_ticks = network.n_samples * (network.n_ticks - 1)
    busy = sum(bool(indices) for indices in ticks)
    made = sum(len(indices) for indices in ticks)
    extra = 1 + PropagatePhase.latency
    assert seen(lanes)[name].cycles["propagate"] == made * words + busy * extra + n_ticks - busy
