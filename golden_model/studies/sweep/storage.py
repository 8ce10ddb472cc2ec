"""The trainings of a study in an Optuna storage, where workers of many machines take and return them."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from golden_model.studies.sweep.lives import Beating, Identity, Watch
from golden_model.studies.sweep.places import Place, open_study
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job, Plan
from golden_model.studies.sweep.soundness import is_sound
from golden_model.studies.sweep.trial import VERSIONS, Accuracies

WAITING, RUNNING, COMPLETE, FAIL, PRUNED = (
    TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE, TrialState.FAIL, TrialState.PRUNED,
)  # fmt: skip
MOST_LOST = 3  # workers that may die of one training
WINDOW = 64  # trainings that wait at most: every query of a database reads all that are not over

warnings.filterwarnings("ignore", category=ExperimentalWarning)


@dataclass(frozen=True)
class Outcome:
    """What became of a training: accuracies, or why there are none, and with which versions."""

    accuracies: Accuracies = field(default_factory=dict)
    error: str = ""
    versions: Mapping[str, str] = field(default_factory=dict, compare=False)


class Queue:
    """The trainings of one study: waiting, under way, done.

    Parameters
    ----------
    place : Place
    plan : Plan
        Must be the one that the study began with.
    resume : bool
        Whether an existing study is welcome.
    waiting : bool
        Whether to wait for its database, see `open_study`.

    Raises
    ------
    ValueError
        The storage cannot be used, or the study in it is another one.
    """

    def __init__(self, place: Place, plan: Plan, *, resume: bool = False, waiting: bool = False) -> None:
        self.place, self.plan = place, plan
        self._study = open_study(place, plan.settings(), resume=resume, waiting=waiting)
        if not all(is_sound(trial, plan.epochs) for trial in self._trials()):
            raise ValueError(f"the study {place.name} in {place} is damaged")
        self._watch = Watch()
        self._redone = {trial.number for trial in self._trials(FAIL) if _is_accident(trial)}

    def put(self, jobs: Iterable[Job]) -> None:
        """Add the next trainings that nobody has added, no more than may wait."""
        known = {trial.user_attrs["job"] for trial in self._counted()}
        unknown = (job for job in jobs if job.key not in known)
        for job in islice(unknown, max(0, WINDOW - len(self._trials(WAITING)))):
            _enqueue(self._study, job, lost=0)

    @property
    def runs_low(self) -> bool:
        """Whether so few trainings wait that further ones are to be put."""
        return len(self._trials(WAITING)) < WINDOW // 2

    def take(self) -> "Taken | None":
        """Return a training to do, None if there is none now."""
        while self._trials(WAITING):
            trial = self._study.ask()
            try:
                if self._is_wanted(trial):
                    trial.set_user_attr("worker", asdict(Identity.own()))
                    return Taken(self._study, trial, self.plan)
                self._study.tell(trial, state=PRUNED, skip_if_finished=True)
            except UpdateFinishedTrialError:  # this took so long that it was given to others
                continue
        return None

    def release(self) -> bool:
        """Let the trainings of dead workers be done again; tell whether any is under way."""
        running = [trial for trial in self._trials(RUNNING) if "job" in trial.user_attrs]
        for trial in running:
            attributes = trial.user_attrs
            if self._watch.is_dead(trial.number, attributes.get("worker"), attributes.get("beat", 0)):
                _give_back(self._study, trial, attributes["lost"] + 1)
        return bool(running or self._trials(WAITING))

    def outcomes(self) -> dict[str, Outcome]:
        """Return what became of the trainings that are over, by key."""
        over = [trial.user_attrs for trial in self._counted(COMPLETE, FAIL)]
        return {
            each["job"]: Outcome(each.get("accuracies", {}), each.get("error", ""), each.get("versions", {}))
            for each in over
        }

    def _counted(self, *states: TrialState) -> list[FrozenTrial]:
        """Return the trainings, but for those given back and accidents from before this queue was opened."""
        trials = self._trials(*states)
        return [trial for trial in trials if _counts(trial) and trial.number not in self._redone]

    def _trials(self, *states: TrialState) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False, states=states or None)

    def _is_wanted(self, trial: optuna.Trial) -> bool:
        """Tell whether a trial is a training, and the first of it: two commands may add the same at once.

        Without a job it is one that Optuna made up, when others had taken the last that waited. Whatever
        follows an accident is wanted: a command that was resumed does that training again.
        """
        job = trial.user_attrs.get("job")
        earlier = (each for each in self._trials() if each.number < trial.number and _counts(each))
        return job is not None and all(
            each.user_attrs["job"] != job or _is_accident(each) for each in earlier
        )


class Taken:
    """A training that this process does."""

    def __init__(self, study: optuna.Study, trial: optuna.Trial, plan: Plan) -> None:
        self._study, self._trial = study, trial
        self.job = Job.of_key(trial.user_attrs["job"])
        trial.suggest_categorical("network", [CORE, REFERENCE, PUBLISHED])
        trial.suggest_categorical("seed", range(plan.seeds))
        for axis in plan.axes:
            if axis.label in self.job.values:
                trial.suggest_categorical(axis.label, axis.values)

    def run(self, run: Callable[[Job], Accuracies]) -> None:
        """Do the training and return its accuracies, or its error, to the storage."""
        try:
            if self._trial.user_attrs["lost"] >= MOST_LOST:
                raise RuntimeError(f"{MOST_LOST} workers died of it")
            with Beating(lambda count: self._trial.set_user_attr("beat", count)):
                accuracies = run(self.job)
        except Exception as error:
            kind = "ValueError" if isinstance(error, ValueError) else type(error).__name__
            self._end({"kind": kind, "error": str(error) or kind})
        except BaseException:  # this process is to stop, which is no fault of the training
            _give_back(self._study, self._trial, self._trial.user_attrs["lost"])
            raise
        else:
            self._end({"accuracies": accuracies}, accuracies["test"][-1])

    def _end(self, result: dict[str, Any], value: float | None = None) -> None:
        """Return a result, unless the training was given to others since this worker seemed dead."""
        with suppress(UpdateFinishedTrialError):
            for name, part in {"versions": VERSIONS, **result}.items():
                self._trial.set_user_attr(name, part)
            state = FAIL if value is None else COMPLETE
            self._study.tell(self._trial, value, state=state, skip_if_finished=True)


def _enqueue(study: optuna.Study, job: Job, lost: int) -> None:
    """Add a training, of which some workers have died."""
    parameters = {"network": job.network, "seed": job.seed, **job.values}
    study.enqueue_trial(parameters, user_attrs={"job": job.key, "lost": lost})


def _give_back(study: optuna.Study, trial: FrozenTrial | optuna.Trial, lost: int) -> None:
    """Let a training be done again, unless it is over or somebody else gives it back."""
    try:
        study.tell(trial.number, state=FAIL)
    except (ValueError, UpdateFinishedTrialError):
        return
    _enqueue(study, Job.of_key(trial.user_attrs["job"]), lost)


def _counts(trial: FrozenTrial) -> bool:
    """Tell whether a trial is a training that waits, is under way, or is over, not one given back."""
    given_back = trial.state == FAIL and "error" not in trial.user_attrs
    return "job" in trial.user_attrs and trial.state != PRUNED and not given_back


def _is_accident(trial: FrozenTrial) -> bool:
    """Tell whether a training failed by no fault of its values, such as for want of memory."""
    return trial.state == FAIL and trial.user_attrs.get("kind", "ValueError") != "ValueError"
