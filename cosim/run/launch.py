"""A job from its circuit to reports and waves; runs of the same circuit wait for each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from cosim.run.build import FOLDER, build
from cosim.run.job import Job, Report
from cosim.run.simulate import simulate
from cosim.run.waves import VIEW, WAVES
from golden_model.files.naming import named


def launch(job: Job, simulator: str, *, waves: bool) -> Iterator[Report]:
    """Run a job and yield a report for each recording; again with waves where there is a difference."""
    with _circuit(job, simulator) as folder:
        for one in simulate(job, folder, simulator):
            yield one
            if waves and one.mismatch is not None:
                _show_waves(job, Path(one.vector), one.mismatch["cycle"], simulator)


def _show_waves(job: Job, vector: Path, cycle: int, simulator: str) -> None:
    """Run a recording once more, with waves around a cycle."""
    shown = replace(job, vectors=[vector], waves_at=cycle)
    with _circuit(shown, simulator) as folder:
        for path in (folder / name for name in (WAVES, VIEW)):
            path.unlink(missing_ok=True)
        list(simulate(shown, folder, simulator))
        if not (folder / WAVES).exists():
            raise OSError(f"there are no waves, see {folder / 'test.log'}")
        print(f"Waves are in {folder}")


@contextmanager
def _circuit(job: Job, simulator: str) -> Iterator[Path]:
    """Build a circuit, and keep others away from its folder.

    Where that fails, it is for what the machine lacks.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with named(FOLDER), FileLock(FOLDER / f"{job.name}-{simulator}.lock"):
        try:
            folder = build(job, simulator)
        except RuntimeError as error:
            raise OSError(str(error)) from None
        yield folder
