"""The cycle model, counted by hand."""

import numpy as np
import pytest

from golden_model.network.formats import Int64Array
from rtl.core.cycles import (
    GATHER,
    NO_PASS,
    PASSES_EXTRA,
    ROWS_EXTRA,
    SKIP_EXTRA,
    STEP_EXTRA,
    UPDATE,
    Scan,
    Shape,
    learn_cycles,
    propagate_cycles,
    result_cycles,
    scan,
    step_cycles,
    visited_rows,
)
from rtl.core.phase_propagate import SHORTEST

SHAPE = Shape(n_in=10, n_rec=20, n_out=3, lanes=4, out_lanes=2, words_cleared=64)


@pytest.mark.parametrize(("sizes", "words"), [((10, 20, 3), 5), ((21, 20, 3), 6), ((10, 6, 7), 7)])
def test_step_takes_a_word_or_a_readout_per_cycle(sizes: tuple[int, int, int], words: int) -> None:
    assert step_cycles(Shape(*sizes, 4, 2, 64)) == words + STEP_EXTRA


def test_odd_states_have_a_partner_in_words_of_one() -> None:
    assert step_cycles(Shape(9, 2, 1, 1, 1, 64)) == 10 + STEP_EXTRA


def rows(*counts: int) -> Int64Array:
    return np.array(counts, np.int64)


def test_rows_of_each_word_of_traces() -> None:
    traced = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 1], bool)
    assert visited_rows(traced, 4).tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    ("counts", "until_next", "until_written"),
    [
        (rows(2, 0, 1), 8 + 1 + 4, 8 + 1 + 4),
        (rows(2, 0, 0), 8 + 1, 8),
        (rows(0, 0, 0), 2, None),
        (rows(3), 12, 12),
    ],
)
def test_rows_take_four_words_and_empty_words_of_traces_one_but_for_the_last(
    counts: Int64Array, until_next: int, until_written: int | None
) -> None:
    written = 0 if until_written is None else until_written + ROWS_EXTRA + UPDATE
    assert scan(4, counts, True) == Scan(until_next + ROWS_EXTRA, written)


@pytest.mark.parametrize(
    ("counts", "words", "moves"),
    [(rows(2, 0, 3), 3, 1 + 4 + SKIP_EXTRA), (rows(4, 0), 1, 1 + SKIP_EXTRA), (rows(0, 0), 1, 0)],
)
def test_rows_that_are_passed_over_take_a_word_of_traces_each_and_the_moves_of_the_source(
    counts: Int64Array, words: int, moves: int
) -> None:
    """At 4 lanes a row has 4 words, and a leap takes 16 of them."""
    assert scan(4, counts, False) == Scan(words + moves + ROWS_EXTRA, 0)


def test_rows_run_during_the_neurons_of_the_next_group() -> None:
    neurons, short, long = 16 * SHAPE.out_words + GATHER, Scan(10, 14), Scan(90, 94)
    assert learn_cycles(SHAPE, [(16, [short])]) == neurons + 14 + 1
    assert learn_cycles(SHAPE, [(16, [short, long])]) == neurons + 94 + 1
    assert learn_cycles(SHAPE, [(16, [long]), (4, [short])]) == neurons + 90 + 14 + 1
    assert learn_cycles(SHAPE, [(16, [short]), (16, [short])]) == 2 * neurons + 1 + 14 + 1


def test_without_plastic_rows_only_neurons_take_time() -> None:
    assert learn_cycles(SHAPE, [(16, [])]) == 16 * SHAPE.out_words + GATHER + 1 + 1


def test_passes_are_as_long_as_the_longest_row() -> None:
    events, spikes = np.array([0, 4, 7]), np.array([4, 9])
    assert propagate_cycles(SHAPE, events, spikes) == 4 * 5 + PASSES_EXTRA
    narrow = Shape(n_in=10, n_rec=4, n_out=8, lanes=4, out_lanes=2, words_cleared=64)
    assert propagate_cycles(narrow, events, spikes) == 2 * 4 + 2 * SHORTEST + PASSES_EXTRA


def test_a_tick_without_a_pass_is_short() -> None:
    none = np.zeros(0, np.int64)
    assert propagate_cycles(SHAPE, none, none) == NO_PASS


def test_results_come_after_a_look_at_every_readout() -> None:
    assert result_cycles(SHAPE, all_potentials=False) == 3 + 1
    assert result_cycles(SHAPE, all_potentials=True) == 3 + 3
