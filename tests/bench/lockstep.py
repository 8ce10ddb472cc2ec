"""What the lock step costs: the first training sample with and without it, in seconds of the simulator."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.jobs import jobs_of
from cosim.run.simulate import simulate
from golden_model.recordings.recorder import record, save
from golden_model.tasks import TaskData
from tests.bench.cycles import MUCH, core_of
from tests.bench.timing import Section

LANES = 16


def lock_step(data: TaskData) -> list[Section]:
    """Run the sample on a circuit that is there already, so that only the simulation counts."""
    rows: list[tuple[str | float, ...]] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "training.npz"
        save(record(core_of(data, learn=True), [data.train[0]]), path)
        (job,) = jobs_of([path], LANES, fitted=True)
        for name, checked in (("no checks", False), ("lock step", True)):
            rows.append((name, *_measured(replace(job, in_lock_step=checked, accesses=MUCH))))
    rows.append(("lock step / no checks", "", "", rows[1][3] / rows[0][3], ""))  # type: ignore[operator]
    columns = ("", "clock cycles", "words compared", "seconds", "cycles per second")
    return [Section(f"First training sample in simulation, {LANES} lanes", columns, rows)]


def _measured(job: Job) -> tuple[int, int, float, float]:
    """Return cycles, words, seconds and cycles per second, programming and reading back included.

    Raises
    ------
    RuntimeError
        The circuit did something else than the golden model.
    """
    folder = build(job, "verilator")
    start = perf_counter()
    (report,) = simulate(job, folder, "verilator")
    seconds = perf_counter() - start
    if not report.equal:
        raise RuntimeError(str(report))
    return report.cycles, report.words, seconds, report.cycles / seconds
