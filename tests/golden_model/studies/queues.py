"""A queue of trainings that are made up, and what may befall those who work on it."""

from collections import Counter

from golden_model.studies.sweep.plan import Job
from golden_model.studies.sweep.storage import Outcome, Queue
from golden_model.studies.sweep.trial import Accuracies
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of

ALL = {job.key: Outcome(accuracies_of(job)) for job in JOBS}


def other(queue: Queue) -> Queue:
    """Return the same queue as another process sees it."""
    return Queue(queue.place, PLAN, resume=True)


def finish(queue: Queue) -> Counter[str]:
    """Do what is left, as a command does that is resumed; return which trainings were done."""
    done: Counter[str] = Counter()

    def run(job: Job) -> Accuracies:
        done[job.key] += 1
        return accuracies_of(job)

    while queue.release():
        if (taken := queue.take()) is not None:
            taken.run(run)
    return done


def fail_next(queue: Queue, error: Exception) -> None:
    """Take a training and fail."""

    def run(_: Job) -> Accuracies:
        raise error

    taken = queue.take()
    assert taken is not None
    taken.run(run)


def fail(_: Job) -> Accuracies:
    raise ValueError("no")


def interrupt(_: Job) -> Accuracies:
    raise KeyboardInterrupt
