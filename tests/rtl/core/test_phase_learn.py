"""The phase *learn*: its records, rows of a group during the neurons of the next, groups passed over."""

import pytest

from golden_model.core.synapse import GROUP
from tests.helpers.core_networks import (
    NETWORKS,
    SIMULATED,
    core_of,
    expected,
    predicted,
    samples_of,
    seen,
    shown,
)
from tests.helpers.elements import GROUP_ROWS

LEARN = ("learn", "update_out", *GROUP_ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_learning_is_shown_and_as_long_as_predicted(name: str, lanes: int) -> None:
    kept = {key: value for key, value in shown(name, lanes).items() if key[2][0] in LEARN}
    assert kept == {key: value for key, value in expected(name, lanes).items() if key[2][0] in LEARN}
    assert kept
    assert seen(lanes)[name].cycles["learn"] == predicted(name, lanes)["learn"]


def groups(name: str) -> set[tuple[int, int, int]]:
    """Return sample, tick and number of the groups with rows that the golden model visits."""
    return {
        (number, record.tick, record.index[0])
        for core in [core_of(name)]
        for number, sample in enumerate(samples_of(name))
        for record in core.records(sample)
        if record.phase in GROUP_ROWS
    }


@pytest.mark.slow
def test_groups_without_a_pending_change_are_passed_over() -> None:
    for name in ("classification", "regularized"):
        visited = {
            (sample, tick, element[1] // GROUP)
            for sample, tick, (phase, _, element) in shown(name, 4)
            if phase in GROUP_ROWS
        }
        assert visited < groups(name)


@pytest.mark.slow
def test_neurons_are_worked_out_during_rows() -> None:
    """Records of neurons and of rows come in the same cycles."""
    bits = {phases for *_, phases, _, _ in seen(16)["regularized"].records}
    learn, rows = 1 << 3, 1 << 5 | 1 << 6
    assert any(phases & learn and phases & rows for phases in bits)
