"""run_many: cores at work side by side end as if each had run alone."""

import numpy as np
import pytest

from golden_model import Sample, run_many
from tests.golden_model.core.cores import busy_core, simple


@pytest.mark.parametrize("workers", [None, 1, 2, 5])
def test_many_are_each_alone(workers: int | None) -> None:
    jobs = [busy_core(seed) for seed in range(6)]
    results = run_many(jobs, workers, record=("membrane",))
    for seed, (core, _) in enumerate(jobs):
        alone, samples = busy_core(seed)
        for sample, result in zip(samples, results[seed], strict=True):
            expected = alone.run(sample, record=("membrane",))
            assert result.inference == expected.inference
            np.testing.assert_array_equal(result.records["membrane"], expected.records["membrane"])
        np.testing.assert_array_equal(core.w_rec, alone.w_rec)


def test_without_learning() -> None:
    core, samples = busy_core(1)
    before = core.w_in
    run_many([(core, samples)], learn=False)
    assert (core.w_in == before).all()


def test_nothing_to_do() -> None:
    assert run_many([]) == []


def test_errors() -> None:
    core, samples = busy_core(1)
    with pytest.raises(ValueError, match=r"^a core appears in two jobs, which would not be independent$"):
        run_many([(core, samples), (core, samples)])
    for job in (None, core, (core, None), (None, samples)):
        with pytest.raises(ValueError, match=r"^a job is a Core and its samples, not "):
            run_many([job])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"^record = 3 is not the name of a signal$"):
        run_many([(core, samples)], record=3)  # type: ignore[arg-type]
    for workers in (0, 1.5):
        with pytest.raises(ValueError, match=rf"^workers = {workers} is not a whole number of 1 or more$"):
            run_many([(core, samples)], workers=workers)
    bad = [Sample([(0, 0)], 3), Sample([(0, 9)], 3)]
    with pytest.raises(ValueError, match=r"^job 1, sample 1: line = 9 is outside 0..2$"):
        run_many([(core, samples), (simple(), bad)])
