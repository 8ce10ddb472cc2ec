"""The cycle model, counted by hand."""

import numpy as np
import pytest

from rtl import cycles
from rtl.cycles import (
    NEURONS_EXTRA,
    NO_PASS,
    PASSES_EXTRA,
    ROWS_EXTRA,
    STEP_EXTRA,
    Shape,
    neurons_cycles,
    propagate_cycles,
    rows_cycles,
    step_cycles,
    visited_rows,
)

SHAPE = Shape(n_in=10, n_rec=20, n_out=3, lanes=4, out_lanes=2, words_cleared=64)


def test_step_takes_a_word_per_cycle() -> None:
    assert step_cycles(SHAPE) == 5 + STEP_EXTRA


@pytest.mark.parametrize(("first", "neurons"), [(0, 16), (16, 4)])
def test_neurons_take_two_words_of_readouts_each(first: int, neurons: int) -> None:
    assert neurons_cycles(SHAPE, first) == 2 * neurons + NEURONS_EXTRA


def test_rows_take_four_words_each_and_empty_words_of_traces_one() -> None:
    traced = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 1], bool)
    lines = visited_rows(traced, 4)
    assert lines.tolist() == [2, 0, 1]
    assert rows_cycles(SHAPE, [lines, np.zeros(5, np.int64)]) == 8 + 1 + 4 + ROWS_EXTRA


def test_passes_are_as_long_as_the_longest_row() -> None:
    events, spikes = np.array([0, 4, 7]), np.array([4, 9])
    assert propagate_cycles(SHAPE, events, spikes) == 4 * 5 + PASSES_EXTRA
    narrow = Shape(n_in=10, n_rec=4, n_out=8, lanes=4, out_lanes=2, words_cleared=64)
    assert propagate_cycles(narrow, events, spikes) == 2 * 4 + 2 * cycles.SHORTEST_PASS + PASSES_EXTRA


def test_a_tick_without_a_pass_is_short() -> None:
    none = np.zeros(0, np.int64)
    assert propagate_cycles(SHAPE, none, none) == NO_PASS
