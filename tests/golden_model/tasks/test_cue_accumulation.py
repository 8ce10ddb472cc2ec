"""Cue accumulation: the generator against its definition, and against the published data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample
from golden_model.tasks.cue_accumulation import CueAccumulation
from golden_model.tasks.published import read_published

TASK = CueAccumulation()
CUES = [slice(150 * cue + 50, 150 * cue + 150) for cue in range(7)]
RECALL = slice(2100, 2250)
Z_LIMIT = 4.0


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return TASK.samples(np.random.default_rng(1), 200)


@pytest.fixture(scope="module")
def weights() -> tuple[NDArray[np.int64], ...]:
    return TASK.weights(np.random.default_rng(2))


@pytest.fixture(scope="module")
def published(shared: Path) -> NDArray[np.bool_]:
    data = read_published(shared / "reckon")
    return rasters(data.train + data.test)


def rasters(samples: Sequence[Sample]) -> NDArray[np.bool_]:
    """Return the events as [sample, tick, group, line of the group]."""
    return np.array([sample.raster(40) for sample in samples]).reshape(len(samples), 2250, 4, 10)


def cues_on_the_right(raster: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the cues of each sample that come on lines 10-19."""
    return sum(raster[:, cue, 1].any(axis=(1, 2)).astype(np.int64) for cue in CUES)


def active_cues(raster: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cues of all samples as [cue, tick, line], each on its own side."""
    sides = np.concatenate([raster[:, cue, :2] for cue in CUES])
    return np.where(sides[:, :, 0].any(axis=(1, 2))[:, None, None], sides[:, :, 0], sides[:, :, 1])


def intervals(block: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how often an event follows the last one of its line within 1, 2, ..., 8 ticks."""
    gaps = [np.diff(np.flatnonzero(line)) for trial in block for line in trial.T]
    return np.bincount(np.concatenate(gaps), minlength=9)[1:9]


def z_of_means(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Return the difference of two means in standard errors."""
    return float(abs(a.mean() - b.mean()) / np.sqrt(a.var() / a.size + b.var() / b.size))


class TestSamples:
    def test_times_are_the_published_ones(self, samples: list[Sample]) -> None:
        assert {(sample.n_ticks, sample.target_start) for sample in samples} == {(2250, 2100)}
        assert (TASK.n_in, TASK.n_rec, TASK.n_out) == (40, 100, 2)

    def test_cues_and_recall_keep_to_their_windows(self, samples: list[Sample]) -> None:
        raster = rasters(samples)
        outside = np.ones(2250, bool)
        for cue in CUES:
            outside[cue] = False
        assert not raster[:, outside, :2].any()
        assert not raster[:, : RECALL.start, 2].any()
        edges = [cue.start for cue in CUES] + [cue.stop - 1 for cue in CUES]
        assert raster[:, edges, :2].any(axis=(0, 2, 3)).all()
        assert raster[:, [RECALL.start, RECALL.stop - 1], 2].any(axis=(0, 2)).all()

    def test_each_cue_comes_from_one_side_and_the_majority_is_the_label(self, samples: list[Sample]) -> None:
        raster = rasters(samples)
        for cue in CUES:
            assert (raster[:, cue, :2].any(axis=(1, 3)).sum(axis=1) == 1).all()
        assert [sample.label for sample in samples] == (cues_on_the_right(raster) >= 4).astype(int).tolist()

    def test_rates(self, samples: list[Sample]) -> None:
        raster = rasters(samples)
        for block, rate in (
            (active_cues(raster), 0.04),
            (raster[:, RECALL, 2], 0.04),
            (raster[:, :, 3], 0.01),
        ):
            assert abs(block.mean() - rate) < Z_LIMIT * np.sqrt(rate * (1 - rate) / block.size)

    def test_labels_are_balanced_and_majorities_of_0_7_likely(self, samples: list[Sample]) -> None:
        right = cues_on_the_right(rasters(samples))
        labels = (right >= 4).mean()
        assert abs(labels - 0.5) < Z_LIMIT * 0.5 / np.sqrt(len(samples))
        # E[(2 right - 7)^2] = 7 + 42 (2 p - 1)^2 for a side chosen with p = 0.7 by each of seven cues
        spread = (2 * right - 7) ** 2
        assert abs(spread.mean() - (7 + 42 * 0.4**2)) < Z_LIMIT * spread.std() / np.sqrt(len(samples))

    def test_the_first_samples_do_not_depend_on_how_many_follow(self) -> None:
        few, many = (TASK.samples(np.random.default_rng(3), n) for n in (2, 5))
        assert many[:2] == few
        assert many[2] != many[3]

    @pytest.mark.parametrize("delay", [0, 1, 10_000])
    def test_the_delay_moves_the_recall(self, delay: int) -> None:
        task = CueAccumulation(delay=delay)
        (sample,) = task.samples(np.random.default_rng(4), 1)
        assert (sample.target_start, sample.n_ticks) == (1050 + delay, 1200 + delay)
        assert not sample.raster(40)[1050 : 1050 + delay, :30].any()
        assert sample.raster(40)[1050 + delay :, 20:30].any()

    def test_other_sizes(self) -> None:
        task = CueAccumulation(n_cues=3, gap=10, cue=20, recall=30, delay=5, lines_per_group=3, n_rec=8)
        (sample,) = task.samples(np.random.default_rng(5), 1)
        assert (sample.n_ticks, sample.target_start, task.n_in) == (125, 95, 12)
        assert [w.shape for w in task.weights(np.random.default_rng(6))] == [(12, 8), (8, 8), (8, 2)]
        assert task.groups == {
            "left": range(3), "right": range(3, 6), "recall": range(6, 9), "noise": range(9, 12)
        }  # fmt: skip
        assert (task.parameters().n_in, task.parameters().n_rec, task.parameters().n_out) == (12, 8, 2)

    def test_certain_events(self) -> None:
        task = CueAccumulation(rate=1000, noise_rate=0, p_majority=1)
        (sample,) = task.samples(np.random.default_rng(7), 1)
        side = 10 * (sample.label or 0)
        assert sample.n_events == 10 * (7 * 100 + 150)
        assert sample.raster(40)[CUES[0], side : side + 10].all()


class TestWeights:
    @pytest.mark.parametrize(("index", "sigma"), [(0, 90 / 40**0.5), (1, 18 / 10), (2, 90 / 10)])
    def test_rounded_normal_numbers(self, weights: Any, index: int, sigma: float) -> None:
        values = weights[index][~np.eye(100, dtype=bool)] if index == 1 else weights[index].ravel()
        deviation = np.sqrt(values.var() - 1 / 12)
        assert abs(deviation - sigma) < Z_LIMIT * sigma / np.sqrt(2 * values.size)
        assert abs(values.mean()) < Z_LIMIT * sigma / np.sqrt(values.size)
        within = (abs(values) < 2 * sigma).mean()
        assert abs(within - 0.9545) < 0.03

    def test_no_self_connections(self, weights: Any) -> None:
        assert not np.diag(weights[1]).any()
        assert np.count_nonzero(weights[1] == 0) > 1000

    def test_weights_are_clipped_not_wrapped(self) -> None:
        w_in, _, _ = CueAccumulation(lines_per_group=1).weights(np.random.default_rng(8))
        assert (w_in.min(), w_in.max()) == (-128, 127)


class TestAgainstPublished:
    def test_parameters_are_equal(self, shared: Path) -> None:
        published = read_published(shared / "reckon").parameters
        assert TASK.parameters() == published
        assert isinstance(published.registers, Registers)
        assert published.registers.lr_p_wout == 14

    def test_windows_are_equal(self, published: Any, samples: list[Sample]) -> None:
        ours = rasters(samples)
        for group in range(4):
            assert np.array_equal(
                np.flatnonzero(published[:, :, group].any(axis=(0, 2))),
                np.flatnonzero(ours[:, :, group].any(axis=(0, 2))),
            )

    def test_rates_agree(self, published: Any, samples: list[Sample]) -> None:
        ours = rasters(samples)
        assert z_of_means(active_cues(published), active_cues(ours)) < Z_LIMIT
        assert z_of_means(published[:, RECALL, 2], ours[:, RECALL, 2]) < Z_LIMIT
        assert z_of_means(published[:, :, 3], ours[:, :, 3]) < Z_LIMIT

    def test_counts_of_a_line_vary_alike(self, published: Any, samples: list[Sample]) -> None:
        counts = [active_cues(raster).sum(axis=1) for raster in (published, rasters(samples))]
        squares = [(count - count.mean()) ** 2 for count in counts]
        assert z_of_means(*squares) < Z_LIMIT

    def test_intervals_agree(self, published: Any, samples: list[Sample]) -> None:
        ours = rasters(samples)
        pairs = [(active_cues(published), active_cues(ours)), (published[:, :, 3], ours[:, :, 3])]
        for theirs, mine in pairs:
            found, drawn = intervals(theirs), intervals(mine) * len(theirs) / len(mine)
            errors = np.sqrt(found + drawn * len(theirs) / len(mine))
            assert (abs(found - drawn) < Z_LIMIT * errors).all()

    def test_lines_are_as_independent(self, published: Any, samples: list[Sample]) -> None:
        together = []
        for raster in (published, rasters(samples)):
            active = active_cues(raster).sum(axis=2)
            together.append((active * (active - 1) / 2).mean(axis=1))
        assert z_of_means(*together) < Z_LIMIT

    def test_cues_favour_a_side_alike(self, published: Any, samples: list[Sample]) -> None:
        right, ours = cues_on_the_right(published), cues_on_the_right(rasters(samples))
        assert z_of_means(right, ours) < Z_LIMIT
        assert z_of_means((2 * right - 7) ** 2, (2 * ours - 7) ** 2) < Z_LIMIT

    @pytest.mark.parametrize("index", [0, 1, 2])
    def test_weights_have_one_distribution(self, shared: Path, weights: Any, index: int) -> None:
        theirs, ours = read_published(shared / "reckon").weights[index], weights[index]
        assert theirs.shape == ours.shape
        if index == 1:
            assert not np.diag(theirs).any()
        n, levels = theirs.size, np.arange(-128, 128)
        distance = abs(
            (theirs.ravel()[:, None] <= levels).mean(0) - (ours.ravel()[:, None] <= levels).mean(0)
        ).max()
        assert distance < 1.63 * np.sqrt(2 / n)  # Kolmogorov and Smirnov, 1 % for continuous numbers
