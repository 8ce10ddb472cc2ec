"""The trainings of a study in an Optuna storage, where workers of many machines take and return them."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from golden_model.studies.lives import Beating, Identity, Watch
from golden_model.studies.places import Place, open_study
from golden_model.studies.plan import CORE, PUBLISHED, REFERENCE, Job, Plan
from golden_model.studies.trial import Accuracies

WAITING, RUNNING, COMPLETE, FAIL, PRUNED = (
    TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE, TrialState.FAIL, TrialState.PRUNED,
)  # fmt: skip
MOST_LOST = 3  # workers that may die of one training

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=ExperimentalWarning)


@dataclass(frozen=True)
class Outcome:
    """What became of a training: accuracies, or why there are none."""

    accuracies: Accuracies = field(default_factory=dict)
    error: str = ""


class Queue:
    """The trainings of one study: waiting, under way, done.

    Parameters
    ----------
    place : Place
    plan : Plan
        Must be the one that the study began with.
    resume : bool
        Whether an existing study is welcome.

    Raises
    ------
    ValueError
        The storage cannot be used, or the study in it is another one.
    """

    def __init__(self, place: Place, plan: Plan, *, resume: bool = False) -> None:
        self.place, self.plan = place, plan
        self._study = open_study(place, plan.settings(), resume=resume)
        self._watch = Watch()

    def put(self, jobs: Iterable[Job]) -> None:
        """Add the trainings that nobody has added."""
        known = {trial.user_attrs.get("job") for trial in self._trials() if not _is_lost(trial)}
        for job in jobs:
            if job.key not in known:
                self._put(job, lost=0)

    def take(self) -> "Taken | None":
        """Return a training to do, None if there is none now."""
        if not self._trials(WAITING):
            return None
        trial = self._study.ask()
        if "job" not in trial.user_attrs:  # others were quicker, and Optuna made one up
            self._study.tell(trial, state=PRUNED)
            return None
        trial.set_user_attr("worker", asdict(Identity.own()))
        return Taken(self._study, trial, self.plan)

    def release(self) -> bool:
        """Let the trainings of dead workers be done again; tell whether any is under way."""
        running = [trial for trial in self._trials(RUNNING) if "job" in trial.user_attrs]
        for trial in running:
            attributes = trial.user_attrs
            if self._watch.is_dead(trial.number, attributes.get("worker"), attributes.get("beat", 0)):
                self._give_up(trial)
        return bool(running or self._trials(WAITING))

    def outcomes(self) -> dict[str, Outcome]:
        """Return what became of the trainings that are over, by key."""
        over = [trial.user_attrs for trial in self._trials(COMPLETE, FAIL) if not _is_lost(trial)]
        return {each["job"]: Outcome(each.get("accuracies", {}), each.get("error", "")) for each in over}

    def _trials(self, *states: TrialState) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False, states=states or None)

    def _put(self, job: Job, lost: int) -> None:
        parameters = {"network": job.network, "seed": job.seed, **job.values}
        self._study.enqueue_trial(parameters, user_attrs={"job": job.key, "lost": lost})

    def _give_up(self, trial: FrozenTrial) -> None:
        try:
            self._study.tell(trial.number, state=FAIL)
        except (ValueError, UpdateFinishedTrialError):  # its worker lives, or somebody else has done it
            return
        self._put(Job.of_key(trial.user_attrs["job"]), lost=trial.user_attrs["lost"] + 1)


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
            self._trial.set_user_attr("error", str(error) or type(error).__name__)
            self._study.tell(self._trial, state=FAIL)
        else:
            self._trial.set_user_attr("accuracies", accuracies)
            self._study.tell(self._trial, accuracies["test"][-1])


def _is_lost(trial: FrozenTrial) -> bool:
    """Tell whether a trial is no training, or one whose worker died."""
    failed_without_error = trial.state == FAIL and "error" not in trial.user_attrs
    return "job" not in trial.user_attrs or failed_without_error
