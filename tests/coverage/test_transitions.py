"""Every transition of the order of phases is made, and a host may do anything in every state."""

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Elaboratable, Module, Signal

from golden_model.core.records import PHASES
from tests.coverage.hosts import SPACES, any_host, golden, order
from tests.coverage.report import empty
from tests.coverage.transitions import bins_of, counted, transitions
from tests.helpers.core_networks import NETWORKS, SIMULATED, seen

# What only a host makes the core do that freezes it, or gives a sample up.
BY_HOSTS = {
    "STEP to FROZEN", "FROZEN to ERROR", "FROZEN to PROPAGATE", "FROZEN to SCAN", "FROZEN to CLEAR",
    "READY to CLEAR", "ERROR to CLEAR",
}  # fmt: skip


class Lights(Elaboratable):
    """A small FSM."""

    def elaborate(self, platform: Any) -> Module:
        m = Module()
        go, broken = Signal(), Signal()
        with m.FSM() as self.fsm:
            with m.State("RED"), m.If(go):
                m.next = "GREEN"
            with m.State("GREEN"):
                m.next = "RED"
                with m.If(broken):
                    m.next = "DARK"
            with m.State("DARK"):
                m.d.comb += go.eq(0)
        return m


def test_transitions_of_a_design() -> None:
    assert transitions(Lights()) == {("RED", "GREEN"), ("GREEN", "RED"), ("GREEN", "DARK")}


def test_bins_are_named_by_both_states() -> None:
    assert counted({("RED", "GREEN"): 3}) == {"RED to GREEN": 3}
    names = [one.name for one in bins_of({("RED", "GREEN")})]
    assert (names[0], names[1:3], len(names)) == ("RED to GREEN", ["tick in GREEN", "tick in RED"], 15)


def test_a_host_that_does_anything_hits_every_bin() -> None:
    assert empty(bins_of(order()), {"host": any_host().hits}) == []


def test_after_it_a_sample_is_right() -> None:
    model, sample = golden()
    before = model.w_rec.copy()
    assert any_host().answer == model.run(sample).inference
    for name in SPACES:
        np.testing.assert_array_equal(any_host().weights[name], getattr(model, name))
    assert (model.w_rec != before).any()


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
def test_networks_make_all_transitions_but_those_of_hosts(lanes: int) -> None:
    made = set().union(*(counted(seen(lanes)[name].transitions) for name in NETWORKS))
    assert made == counted(dict.fromkeys(order(), 1)).keys() - BY_HOSTS


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
def test_the_trace_port_shows_every_phase(lanes: int) -> None:
    shown = {phases for name in NETWORKS for _, _, phases, *_ in seen(lanes)[name].records}
    assert {phase.name for bit, phase in enumerate(PHASES) if any(one >> bit & 1 for one in shown)} == {
        phase.name for phase in PHASES
    }
