"""Wheels: every draw of every circle, every way onto them, and what repeats after a period."""

import numpy as np
import pytest

from golden_model.core.compiled import kernel
from golden_model.core.lfsr import ROUNDING
from golden_model.core.wheel import Wheel, make_wheel, turn
from golden_model.network.formats import Int64Array
from tests.helpers.networks import goes_on_like
from tests.twins.lfsr import Source

PERIOD = 2**15 - 1
SEEDS = [1, 2**14, 0x7FFF, *range(5, 2**15, 331)]


@kernel
def take(wheel: Wheel, out: Int64Array) -> None:
    row, columns = turn(wheel)
    words = wheel.words[row, columns]
    for n in range(out.size):
        out[n] = words[n]


def taken(wheel: Wheel) -> list[int]:
    words = np.zeros(wheel.slots, np.int64)
    take(wheel, words)
    return list(words.tolist())


@pytest.mark.parametrize(("bits", "circles"), [(7, 7), (15, 1), (4, 1), (14, 7)])
def test_every_draw_of_every_circle(bits: int, circles: int) -> None:
    """From seeds on all circles, once round each."""
    met = set()
    for seed in SEEDS:
        wheel, source = make_wheel(ROUNDING, seed, bits, 1), Source(1, 15, seed, bits)
        row, column = wheel.place.tolist()
        if row in met:
            continue
        met.add(row)
        draws = [source.draw(bits) for _ in range(wheel.length)]
        assert np.roll(wheel.words[row, : wheel.length], -column).tolist() == draws
        assert goes_on_like(wheel, source, bits)
    assert met == set(range(circles))
    assert circles * wheel.length == PERIOD


@pytest.mark.parametrize("bits", range(4, 16))
def test_seeds(bits: int) -> None:
    for seed in SEEDS:
        assert goes_on_like(make_wheel(ROUNDING, seed, bits, 3), Source(1, 15, seed, bits), bits)


@pytest.mark.parametrize(
    ("bits", "slots"), [(7, 1), (7, 16), (15, 1), (15, 51), (15, 512), (4, 16), (13, 40)]
)
def test_turning_takes_slots_words_at_a_time(bits: int, slots: int) -> None:
    """Twice round, so that every place at which the draws of a step wrap is met or passed."""
    wheel, source = make_wheel(ROUNDING, 0x1234, bits, slots), Source(1, 15, 0x1234, bits)
    for _ in range(2 * PERIOD // (bits * slots) + 2):
        drawn = source.draw(bits * slots)
        expected = [drawn >> bits * slot & 2**bits - 1 for slot in range(slots)]
        assert taken(wheel) == expected


@pytest.mark.parametrize("bits", [4, 7, 14, 15])
def test_seed_0_draws_only_zeros(bits: int) -> None:
    wheel = make_wheel(ROUNDING, 0, bits, 20)
    for _ in range(3):
        assert taken(wheel) == [0] * 20
