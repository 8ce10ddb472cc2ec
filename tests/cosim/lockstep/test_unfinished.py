"""A step that does not end: what was shown of it is compared, and nothing is missed of the rest."""

from dataclasses import replace

import numpy as np
import pytest

from cosim.lockstep.lockstep import LockStep, Mismatch
from cosim.lockstep.monitor import Monitor, Shown, Step
from golden_model.core.snapshot import Snapshot
from tests.cosim.lockstep.lives import lives
from tests.helpers.core_networks import samples_of

TICK = 8  # one that learns


def learning_step(name: str) -> tuple[LockStep, Snapshot, Step]:
    """Return a lock step, its state before a tick, and all that a right core shows in that tick."""
    lock, twin = lives(name)
    sample = samples_of(name)[0]
    twin.begin()
    for tick in range(TICK + 1):
        on, state = tick >= sample.target_start, twin.snapshot()
        lines = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist()
        target = None if not on else sample.label if sample.targets is None else sample.targets[tick]
        records = twin.tick_records(lines, target, on)
    step = Step(0, TICK, lines, 7, valid=on, infer=on, stepped=True, unfinished=True)
    step.shown = [Shown(0, place, bits) for place, bits in lock._words.golden(records).items()]
    step.label, step.targets = sample.label, [] if sample.targets is None else np.array(target).tolist()
    return lock, state, step


def compared(lock: LockStep, state: Snapshot, step: Step, shown: list[Shown]) -> Mismatch | None:
    """Return the first difference of a step that has shown so much; errors are shown after its target."""
    lock.golden.restore(state)
    lock.mismatch = None
    told = any(one.place.phase == "error" for one in shown)
    lock._compare(replace(step, shown=shown, **({} if told else {"label": None, "targets": []})))
    return lock.mismatch


@pytest.mark.parametrize("name", ["classification", "regression"])
def test_what_was_shown_is_compared(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Monitor, "cycle", 0)  # without a simulator
    lock, state, step = learning_step(name)
    assert {"step", "readout", "error", "learn", "update_rec"} <= {one.place.phase for one in step.shown}
    for count, last in enumerate(step.shown):
        before, mask = step.shown[:count], lock._words.mask(last.place.phase, last.place.word)
        assert compared(lock, state, step, before) is None
        if mask:
            found = compared(lock, state, step, [*before, replace(last, bits=last.bits ^ mask & -mask)])
            assert (found.place, found.got is None, found.expected is None) == (last.place, False, False)
            ended = compared(lock, state, replace(step, unfinished=False), before)
            assert (ended is None, ended and ended.got) == (False, None)
