"""Mutations fit the Verilog as it is, and of each block one is caught."""

import pytest

from cosim.run.job import Job
from tests.mutation import Mutation
from tests.mutation.circuits import CIRCUITS, Circuit
from tests.mutation.injector import StaleError, inject
from tests.mutation.networks import LANES

ENOUGH = 40
# One per block, and no two of a kind.
SUBSET = {
    "fire-strict", "trace-wraps", "last-pair", "pass-short", "best-last", "clear-last", "potential-early",
    "stale-trace", "weight-wraps", "seed-order", "aer-lost", "spi-bits", "tick-early",
}  # fmt: skip
EVERY = [(circuit, one) for circuit in CIRCUITS for one in (*circuit.mutations, *circuit.equivalent)]


def of_subset(circuit: Circuit) -> list[Mutation]:
    return [mutation for mutation in circuit.mutations if mutation.name in SUBSET]


def test_there_are_enough() -> None:
    assert sum(len(circuit.mutations) for circuit in CIRCUITS) >= ENOUGH


def test_each_has_its_name() -> None:
    assert len({mutation.name for _, mutation in EVERY}) == len(EVERY)


def test_the_subset_has_one_of_each_block() -> None:
    blocks = [block for circuit in CIRCUITS for block in circuit.blocks.values()]
    assert [sum(mutation.name in SUBSET for mutation in block) for block in blocks] == [1] * len(blocks)


@pytest.mark.long
@pytest.mark.parametrize("circuit", CIRCUITS, ids=lambda circuit: circuit.face)
def test_none_is_stale(circuit: Circuit) -> None:
    job, stale = circuit.job, []
    verilog = Job(circuit.config, LANES, [], face=circuit.face).verilog()
    for mutation in job.mutations:
        try:
            inject(verilog, job.top, [mutation])
        except StaleError as error:
            stale.append(str(error))
    assert not stale


@pytest.mark.long
def test_one_of_each_block_is_caught() -> None:
    """And nothing is seen without a mutation. One test, since the circuits share what is compiled once."""
    for circuit in CIRCUITS:
        seen = {mutation.name: found.seen for mutation, found in circuit.run(of_subset(circuit))}
        assert seen == {"none": False} | {mutation.name: True for mutation in of_subset(circuit)}
