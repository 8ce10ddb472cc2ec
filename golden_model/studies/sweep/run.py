"""A sweep or a search from its plan to its report."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from golden_model.console.errors import sentence
from golden_model.files.files import write_atomically
from golden_model.files.new_files import make_folder
from golden_model.files.reading import parse_json, read_bytes
from golden_model.studies.page.findings import mean
from golden_model.studies.sweep.axes import combinations
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.places import JOURNAL, Place
from golden_model.studies.sweep.plan import CORE, Job, Plan, Values
from golden_model.studies.sweep.rehearsal import rehearse
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.scores import Scores
from golden_model.studies.sweep.search import search
from golden_model.studies.sweep.storage import Outcome, Queue
from golden_model.studies.sweep.urls import shown
from golden_model.studies.sweep.workers import Told, Workers
from golden_model.training.run_folder import differences

STUDY = "study.json"


def run_study(
    plan: Plan,
    folder: Path,
    *,
    command: str,
    storage: str | None = None,
    name: str | None = None,
    workers: int = 1,
    resume: bool = False,
    told: Told = lambda *_: None,
) -> Report:
    """Do all trainings of a study that are not done yet, and write its report.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Of the report; new or, to resume, the one of this study.
    command : str
        What the report names as the command.
    storage : str, optional
        URL of a database; a journal in the folder if omitted.
    name : str, optional
        Of the study in its storage; that of the folder if omitted.
    workers : int
        Trainings at a time.
    resume : bool
        Go on with the study that is there, or take part in it.
    told : callable, optional
        Told of the trainings that are done, failed, and wanted so far.

    Raises
    ------
    ValueError
        The folder holds something else, the storage cannot be used, or a report could not be written; nothing
        is written then. Or the report was not written, though all trainings are done.
    OSError
        A file cannot be written.
    """
    place = Place(str(folder / JOURNAL) if storage is None else storage, name or folder.resolve().name)
    if storage is not None and not place.is_database:
        raise ValueError(f"{shown(storage)!r} is not the URL of a database")
    costs = CostTable(**plan.search.get("costs", {}))
    _check_folder(folder, plan, resume)
    rehearse(plan, costs, command)
    queue = _open(place, plan, folder, resume)
    with Workers(queue, workers) as pool:
        points, outcomes = _explore(plan, costs, pool.run, told)
    report = Report(Scores(plan, points, outcomes, costs), command)
    try:
        report.write(folder)
    except Exception as error:
        raise ValueError(
            f"all trainings are done but the report is not, {sentence(error)}: "
            f"{command} --resume writes it again"
        ) from error
    return report


Run = Callable[[Sequence[Job], Told], Mapping[str, Outcome]]


def _explore(plan: Plan, costs: CostTable, run: Run, told: Told) -> tuple[list[Values], dict[str, Outcome]]:
    """Return all points and what became of every training."""
    if not plan.search:
        points: list[Values] = list(combinations(plan.axes))
        return points, dict(run(list(plan.jobs(points)), told))
    outcomes: dict[str, Outcome] = {}

    def evaluate(generation: Sequence[Values]) -> list[list[float] | None]:
        jobs = [job for job in plan.jobs(generation) if job.key not in outcomes]
        outcomes.update(run(jobs, _told_after(outcomes, told)))
        return [_objectives(plan, costs, outcomes, values) for values in generation]

    return list(search(plan, evaluate)), outcomes


def _told_after(outcomes: Mapping[str, Outcome], told: Told) -> Told:
    """Return what tells of further trainings together with those that are over."""
    over, broken = len(outcomes), sum(bool(outcome.error) for outcome in outcomes.values())
    return lambda done, failed, wanted: told(over + done, broken + failed, over + wanted)


def _objectives(
    plan: Plan, costs: CostTable, outcomes: Mapping[str, Outcome], values: Values
) -> list[float] | None:
    """Return accuracy and costs of a point, None if a training of it failed."""
    own = [outcomes[Job(CORE, values, seed).key] for seed in range(plan.seeds)]
    if any(outcome.error for outcome in own):
        return None
    of_config = costs.of(plan.setting(CORE, values).config)
    accuracy = mean([outcome.accuracies["test"][-1] for outcome in own])
    return [accuracy, *(of_config[name] for name in plan.search["objectives"])]


def _open(place: Place, plan: Plan, folder: Path, resume: bool) -> Queue:
    """Make the folder and the queue, or neither; write what the study is to find out."""
    with ExitStack() as undo:
        make_folder(folder, undo)
        queue = Queue(place, plan, resume=resume)
        undo.pop_all()
    write_atomically(folder / STUDY, json.dumps(plan.settings(), indent=1).encode())
    return queue


def _check_folder(folder: Path, plan: Plan, resume: bool) -> None:
    """Refuse a folder that holds something else."""
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if not found and (folder.is_dir() or not folder.exists()):
        return
    if not {STUDY, JOURNAL} & set(found):
        raise ValueError(f"{folder} is not a folder of a study, choose another one")
    if not resume:
        raise ValueError(f"{folder} already holds a study, resume it (--resume) or choose another folder")
    if STUDY not in found:  # killed before it was written; the plan is in the journal too
        return
    for name, old, new in differences(_read(folder / STUDY), plan.settings(), "plan"):
        raise ValueError(f"the study in {folder} has {name} = {old}, not {new}, choose another folder")


def _read(path: Path) -> Any:
    content = read_bytes(path)
    try:
        return parse_json(content)
    except ValueError:
        raise ValueError(f"{path} is damaged") from None
