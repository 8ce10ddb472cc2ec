"""Independent cores at work side by side."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from golden_model.core import Core, Result
from golden_model.samples import Sample


def run_many(
    jobs: Iterable[tuple[Core, Sequence[Sample]]],
    workers: int | None = None,
    learn: bool = True,
    record: Sequence[str] = (),
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
        A core appears in two jobs, or `workers` is not positive.
    """
    work = list(jobs)
    if workers is not None and workers < 1:
        raise ValueError(f"workers = {workers} is not 1 or more")
    if len({id(core) for core, _ in work}) < len(work):
        raise ValueError("a core appears in two jobs, which would not be independent")

    def run(job: tuple[Core, Sequence[Sample]]) -> list[Result]:
        core, samples = job
        return [core.run(sample, learn, record) for sample in samples]

    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(run, work))
