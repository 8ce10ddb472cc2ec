"""Whether the trainings that a storage has are those of a study, or damaged, or written by others."""

import json
from typing import Annotated, Any

from optuna.trial import FrozenTrial, TrialState
from pydantic import BaseModel, Field, ValidationError

from golden_model.studies.sweep.plan import Job

Number = Annotated[float, Field(allow_inf_nan=False)]


class _Worker(BaseModel, strict=True, extra="forbid"):
    host: str
    pid: Annotated[int, Field(ge=1, lt=2**31)]
    started: Number


class _Accuracies(BaseModel, strict=True, extra="forbid"):
    train: list[Number]
    test: list[Number]


class _Attributes(BaseModel, strict=True):
    job: str
    lost: int
    beat: int = 0
    worker: _Worker | None = None
    accuracies: _Accuracies | None = None
    error: str = ""
    versions: dict[str, str] = {}


def is_sound(trial: FrozenTrial, epochs: int) -> bool:
    """Tell whether all that is read of a training is there, of the right kind, and of so many epochs."""
    if not isinstance(trial.user_attrs, dict) or not isinstance(trial.system_attrs, dict):
        return False
    if "job" not in trial.user_attrs:  # made up by Optuna
        return True
    try:
        attributes = _Attributes.model_validate_json(json.dumps(trial.user_attrs))
        is_job = isinstance(Job.of_key(attributes.job).values, dict)
    except (ValidationError, TypeError, ValueError, RecursionError):
        return False
    given: Any = trial.system_attrs.get("fixed_params", {})
    return is_job and isinstance(given, dict) and _is_of(attributes.accuracies, trial.state, epochs)


def _is_of(accuracies: _Accuracies | None, state: TrialState, epochs: int) -> bool:
    if accuracies is None:
        return state != TrialState.COMPLETE
    return len(accuracies.train) == len(accuracies.test) == epochs
