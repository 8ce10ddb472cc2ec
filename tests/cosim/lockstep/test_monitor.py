"""What a monitor takes for a sample that was given up: the host says so, not the core."""

from types import SimpleNamespace

import pytest

from cosim.lockstep.monitor import Monitor, Step
from cosim.lockstep.words import Words
from cosim.run.verilator import MONITORED
from tests.helpers.core_networks import CONFIG, core_of


@pytest.mark.parametrize("halt", [False, True])
def test_core_that_is_idle_in_a_sample_has_given_it_up_if_it_was_halted(halt: bool) -> None:
    """Else what it has not shown is missing."""
    ports = dict.fromkeys(MONITORED, 0) | {"ready": 1, "idle": 1, "halt": int(halt)}
    core = SimpleNamespace(**{name: SimpleNamespace(value=value) for name, value in ports.items()})
    parameters, steps = core_of("classification").parameters, list[Step]()
    monitor = Monitor(core, Words(CONFIG, 4, parameters), parameters, steps.append, 4)
    monitor._step = Step(0, 5, [], 7, stepped=True, goes_on=True)
    monitor._look()
    assert [step.given_up for step in steps] == [halt]
