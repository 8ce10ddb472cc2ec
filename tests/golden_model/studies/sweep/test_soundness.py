"""What a training of a study must have: the least that is accepted, and parts of another kind."""

from typing import Any

import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from golden_model.studies.sweep.soundness import is_sound
from tests.golden_model.studies.trainings import JOBS

WORKER = {"host": "h", "pid": 1, "started": 0.5}
WHOLE: dict[str, Any] = {
    "job": JOBS[0].key,
    "lost": 0,
    "beat": 3,
    "worker": WORKER,
    "versions": {"numpy": "2"},
}
SCORES = {"train": [0.5, 1.0], "test": [0, 0.25]}


def trial(attributes: Any, system: Any = None) -> FrozenTrial:
    state = TrialState.COMPLETE if "accuracies" in attributes else TrialState.FAIL
    made = create_trial(state=state, value=0.5 if state == TrialState.COMPLETE else None)
    made.user_attrs, made.system_attrs = attributes, {} if system is None else system
    return made


@pytest.mark.parametrize(
    "attributes", [{}, {"job": JOBS[0].key, "lost": 0}, WHOLE, WHOLE | {"accuracies": SCORES}]
)
def test_sound(attributes: dict[str, Any]) -> None:
    assert is_sound(trial(attributes), 2)


@pytest.mark.parametrize(
    "changed",
    [
        *[{"job": job} for job in (None, 3, "", "[]", '["core", 3, 0]', "[" * 100_000)],
        *[{"lost": lost} for lost in (None, "0", 0.5)],
        *[{"worker": worker} for worker in ({}, WORKER | {"pid": 2**31}, WORKER | {"more": 1}, [1])],
        *[
            {"accuracies": SCORES | {"test": scores}}
            for scores in ([], [0.5], [0.5, None], [0.5, float("nan")], 3)
        ],
        {"accuracies": None},
        {"error": 3},
        {"versions": {"numpy": 2}},
    ],
)
def test_damaged(changed: dict[str, Any]) -> None:
    assert not is_sound(trial(WHOLE | changed), 2)


def test_attributes_that_are_no_table() -> None:
    assert not is_sound(trial(["job"]), 2)
    assert not is_sound(trial(WHOLE, system=True), 2)
    assert not is_sound(trial(WHOLE, system={"fixed_params": [1]}), 2)
