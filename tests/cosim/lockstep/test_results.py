"""Results in lock step: what is sent after a step has to be the winner so far, or the potentials."""

import numpy as np
import pytest

from cosim.lockstep.monitor import Monitor, Step
from golden_model.core.core import Core
from golden_model.core.records import Record
from tests.cosim.lockstep.lives import lives
from tests.helpers.core_networks import samples_of


def sent(core: Core, records: list[Record], last: bool) -> list[int]:
    """Return what a core of these networks sends."""
    registers = core.parameters.registers
    values = next(record.values for record in records if record.phase == "readout")
    if not last and not registers.send_per_timestep:
        return []
    if not registers.regression if last else registers.send_label_only:
        return [int(np.flatnonzero(values["wins"] == values["wins"].max())[0])]
    return values["readout"].tolist()


@pytest.mark.parametrize("wrong", [None, "value", "missing", "too many"])
@pytest.mark.parametrize("name", ["potentials", "regression", "classification"])
def test_results_are_compared(name: str, wrong: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Monitor, "cycle", 0)  # without a simulator
    lock, twin = lives(name)
    sample = samples_of(name)[0]
    twin.begin()
    for tick in range(sample.n_ticks):
        last, on = tick == sample.n_ticks - 1, tick >= sample.target_start
        lines = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist()
        target = None if not on else sample.label if sample.targets is None else sample.targets[tick]
        records = twin.tick_records(lines, target, on, last)
        step = Step(0, tick, lines, 7, valid=on, infer=on, goes_on=not last, stepped=tick > 0)
        step.label, step.targets = sample.label, [] if sample.targets is None else list(sample.targets[tick])
        step.results = sent(twin, records, last) if tick else []
        if last and wrong == "value":
            step.results[0] ^= 1
        elif last and wrong == "missing":
            step.results.pop()
        elif last and wrong == "too many":
            step.results.append(0)
        found = lock._result(step, lock._live(step))
        assert (found is not None) == (last and wrong is not None), (tick, found)
