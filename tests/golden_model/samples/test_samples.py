"""Samples: what they derive from their events and what they refuse."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.samples.samples import Sample

N_TICKS, N_IN = 6, 5
events_in_order = st.lists(st.tuples(st.integers(0, N_TICKS - 1), st.integers(0, N_IN - 1)), max_size=40).map(
    lambda events: sorted(events, key=lambda event: event[0])
)


class TestDerived:
    @given(events_in_order)
    def test_lines_of_each_tick_are_sorted_and_unique(self, events: list[tuple[int, int]]) -> None:
        sample = Sample(events, N_TICKS)
        for tick in range(N_TICKS):
            lines = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist()
            assert lines == sorted({line for when, line in events if when == tick})
        assert sample.offsets[0] == 0
        assert sample.offsets[-1] == len(sample.lines) == sample.n_events == len(set(events))
        assert sample.max_line == max((line for _, line in events), default=-1)

    @given(events_in_order)
    def test_raster_has_exactly_the_events(self, events: list[tuple[int, int]]) -> None:
        raster = Sample(events, N_TICKS).raster(N_IN)
        assert raster.shape == (N_TICKS, N_IN)
        assert {(int(t), int(i)) for t, i in np.argwhere(raster)} == set(events)

    def test_from_raster_is_the_inverse_of_raster(self) -> None:
        raster = np.random.default_rng(1).random((50, 7)) < 0.2
        sample = Sample.from_raster(raster.astype(np.uint8) * 255, label=3, target_start=20)
        assert np.array_equal(sample.raster(7), raster)
        assert (sample.n_ticks, sample.label, sample.target_start) == (50, 3, 20)

    @pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint64, np.int64])
    def test_any_integer_type_gives_int64(self, dtype: type[np.integer[Any]]) -> None:
        sample = Sample(np.array([[0, 100], [99, 3]], dtype), dtype(100), dtype(1), target_start=dtype(7))
        assert sample.events.dtype == sample.lines.dtype == sample.offsets.dtype == np.int64
        assert sample.events.tolist() == [[0, 100], [99, 3]]
        assert [type(value) for value in (sample.n_ticks, sample.label, sample.target_start)] == [int] * 3

    def test_no_events_no_answer(self) -> None:
        sample = Sample([], 2)
        assert (sample.n_events, sample.max_line, sample.offsets.tolist()) == (0, -1, [0, 0, 0])
        assert sample.label is None
        assert sample.targets is None
        assert sample.target_start == 0

    def test_the_extreme_targets_are_kept(self) -> None:
        targets = [[-32768, 32767], [0, -1], [5, 6]]
        sample = Sample([], 3, targets=targets)
        assert sample.targets is not None
        assert sample.targets.tolist() == targets


class TestImmutable:
    def test_arrays_are_read_only_copies(self) -> None:
        events, targets = np.array([[0, 1], [2, 3]]), np.zeros((3, 1), int)
        sample = Sample(events, 3, targets=targets)
        events[:], targets[:] = 1, 1
        assert sample.events.tolist() == [[0, 1], [2, 3]]
        assert sample.lines.tolist() == [1, 3]
        for array in (sample.events, sample.lines, sample.offsets, sample.targets):
            assert array is not None
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1

    def test_attributes_cannot_be_set(self) -> None:
        with pytest.raises(AttributeError):
            Sample([], 2).label = 1  # type: ignore[misc]

    def test_pickling_keeps_content_and_protection(self) -> None:
        sample = Sample([[1, 2], [1, 1]], 4, targets=np.ones((4, 2), int), target_start=2)
        copy = pickle.loads(pickle.dumps(sample))
        assert copy == sample
        assert hash(copy) == hash(sample)
        assert not copy.events.flags.writeable

    @pytest.mark.parametrize(
        "other",
        [
            Sample([[0, 2]], 4, 1),
            Sample([[0, 1]], 5, 1),
            Sample([[0, 1]], 4, 0),
            Sample([[0, 1]], 4),
            Sample([[0, 1]], 4, targets=np.ones((4, 1), int)),
            Sample([[0, 1]], 4, 1, target_start=1),
            "no sample",
        ],
    )
    def test_any_difference_makes_samples_unequal(self, other: object) -> None:
        assert Sample([[0, 1], [0, 1]], 4, 1) == Sample([[0, 1]], 4, 1)
        assert Sample([[0, 1]], 4, 1) != other

    def test_repr_tells_size_and_answer(self) -> None:
        assert (
            repr(Sample([[0, 1]], 4, 1, target_start=2)) == "<Sample: 1 events, 4 ticks, label 1 from tick 2>"
        )
        assert "3 target(s)" in repr(Sample([], 4, targets=np.zeros((4, 3), int)))


GOOD: dict[str, Any] = {"events": [[0, 1]], "n_ticks": 10}


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"events": [[3, 1], [2, 1]]}, "events are out of order: tick 2 follows tick 3"),
            ({"events": [[10, 1]]}, r"tick 10 is outside 0\.\.9"),
            ({"events": [[-1, 1]]}, r"tick -1 is outside 0\.\.9"),
            ({"events": [[0, -4]]}, "line -4 is negative"),
            ({"events": [[0, 1, 2]]}, r"events have shape \(1, 3\), not \(n, 2\)"),
            ({"events": [0, 1]}, r"events have shape \(2,\)"),
            ({"events": [[0.0, 1.0]]}, "events holds float64, not integers"),
            ({"events": [["0", "1"]]}, "events holds <U1"),
            ({"events": np.array([[0, 2**63]], np.uint64)}, f"value {2**63} is outside"),
            ({"events": [[2**70, 0]]}, "events holds object"),
            ({"n_ticks": 1}, r"n_ticks = 1 is outside 2\.\.9999999"),
            ({"n_ticks": 10**7}, r"n_ticks = 10000000 is outside 2\.\.9999999"),
            ({"n_ticks": 2**63 - 1}, r"n_ticks = 9223372036854775807 is outside 2\.\.9999999"),
            ({"label": 2**63}, "label = 9223372036854775808 is outside"),
            ({"events": [[0, 1], [1]]}, "events is not an array of integers of one regular shape"),
            ({"events": None}, "events = None is not an integer"),
            ({"n_ticks": 2.5}, "n_ticks = 2.5 is not an integer"),
            ({"label": -1}, r"label = -1 is outside 0\.\."),
            ({"label": 0.0}, "label = 0.0 is not an integer"),
            ({"label": True}, "label = True is not an integer"),
            ({"label": np.True_}, "label = .*True.* is not an integer"),
            ({"label": 1, "targets": np.zeros((10, 1), int)}, "a label or targets, not both"),
            ({"targets": np.zeros((9, 1), int)}, r"targets have shape \(9, 1\), not \(10, n_out\)"),
            ({"targets": np.zeros((10, 0), int)}, r"targets have shape \(10, 0\)"),
            ({"targets": np.zeros(10, int)}, r"targets have shape \(10,\)"),
            ({"targets": np.full((10, 1), 32768)}, r"target 32768 is outside -32768\.\.32767"),
            ({"targets": np.full((10, 1), -32769)}, "target -32769 is outside"),
            ({"targets": np.zeros((10, 1))}, "targets holds float64"),
            ({"target_start": 10}, r"target_start = 10 is outside 0\.\.9"),
            ({"target_start": -1}, "target_start = -1 is outside"),
            ({"target_start": 0.0}, "target_start = 0.0 is not an integer"),
            ({"target_start": ""}, "target_start = '' is not an integer"),
            ({"events": np.zeros((0, 7), int)}, r"events have shape \(0, 7\), not \(n, 2\)"),
        ],
    )
    def test_in_one_sentence(self, changes: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            Sample(**{**GOOD, **changes})

    def test_a_raster_that_is_not_one(self) -> None:
        with pytest.raises(ValueError, match=r"raster has shape \(3,\)"):
            Sample.from_raster([0, 1, 0])

    @pytest.mark.parametrize("value", [np.nan, 0.0, 1.5, "1"])
    def test_a_raster_of_another_dtype(self, value: object) -> None:
        with pytest.raises(ValueError, match="raster has dtype .*, not bool or an integer one"):
            Sample.from_raster(np.full((3, 2), value))

    def test_a_raster_without_lines(self) -> None:
        assert Sample.from_raster([[], [], []]) == Sample([], 3)

    def test_a_raster_too_narrow_for_the_events(self) -> None:
        with pytest.raises(ValueError, match=r"line 1 is outside 0\.\.0"):
            Sample(**GOOD).raster(1)
