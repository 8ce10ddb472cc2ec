"""Independent cores at work side by side."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from golden_model.core.core import Core
from golden_model.core.inputs import checked_names
from golden_model.core.result import Result
from golden_model.samples.samples import Sample


def run_many(
    jobs: Iterable[tuple[Core, Sequence[Sample]]],
    workers: int | None = None,
    learn: bool = True,
    record: str | Iterable[str] = (),
) -> list[list[Result]]:
    """Run independent jobs, each a core and its samples in order, on all processor cores.

    The cores end as if each had run alone: compiled kernels release the interpreter lock, and no job sees
    another's core.

    Parameters
    ----------
    jobs : iterable of (Core, sequence of Sample)
    workers : int, optional
        Jobs at a time; as many as there are processor cores if omitted.
    learn, record
        As for Core.run.

    Returns
    -------
    list of list of Result
        By job and sample.

    Raises
    ------
    ValueError
        A job is not a Core and samples, a core appears in two jobs, or `workers` is not positive; or a
        sample does not fit, when the other jobs have run, and this one up to that sample.
    """
    work = [_checked(job) for job in jobs]
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ValueError(f"workers = {workers!r} is not a whole number of 1 or more")
    if len({id(core) for core, _ in work}) < len(work):
        raise ValueError("a core appears in two jobs, which would not be independent")

    names = checked_names(record)

    def run(job: int) -> list[Result]:
        core, samples = work[job]
        return [_run(core, sample, f"job {job}, sample {n}") for n, sample in enumerate(samples)]

    def _run(core: Core, sample: Sample, place: str) -> Result:
        try:
            return core.run(sample, learn, names)
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None

    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(run, range(len(work))))


def _checked(job: Any) -> tuple[Core, list[Sample]]:
    try:
        core, samples = job
        samples = list(samples)
    except (TypeError, ValueError):
        core, samples = None, []
    if not isinstance(core, Core):
        raise ValueError(f"a job is a Core and its samples, not {job!r}")
    return core, samples
