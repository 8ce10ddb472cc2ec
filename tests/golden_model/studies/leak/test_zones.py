"""Dead zones: all states of narrow words with all draws, closed forms at wide ones, the chip by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.core.rounding import Mode
from golden_model.studies.leak.decay import Case, State
from golden_model.studies.leak.zones import Zones, zones
from tests.golden_model.studies.leak.decays import twin_leak

MODES = st.sampled_from(("floor", "nearest", "stochastic"))


def searched(case: Case) -> Zones:
    """Return the zones by trying every state, with every draw where there are draws, and what exceeds it."""
    one = 1 << case.frac_bits
    draws: list[int | None] = list(range(one + 1)) if case.rounding == "stochastic" else [None]
    dead, jump = {0}, {0}
    for value in range(case.word.low, case.word.high + 1):
        moved = {abs(value) - abs(twin_leak(case, value, draw)) for draw in draws}
        if moved == {0}:
            dead.add(value)
        if value and min(moved) >= 1 and abs(value) * (one - case.factor) < one:
            assert moved == {1}
            jump.add(value)
    return Zones(min(dead), max(dead), min(jump), max(jump))


@settings(max_examples=60)
@given(st.sampled_from((("membrane", 8), ("membrane", 10), ("trace", 4), ("trace", 9))), MODES, st.data())
def test_zones_are_those_of_a_search_of_all_states(
    width: tuple[State, int], mode: Mode, data: st.DataObject
) -> None:
    frac_bits = 7 if mode == "stochastic" else data.draw(st.integers(7, 20))
    one = 1 << frac_bits
    gap = data.draw(st.one_of(st.integers(0, one // 10), st.integers(0, 12)))
    case = Case(*width, frac_bits, mode, one - gap)
    assert zones(case) == searched(case)


@pytest.mark.parametrize("mode", ["floor", "nearest"])
@pytest.mark.parametrize(("state", "bits"), [("membrane", 16), ("trace", 16)])
def test_zones_of_wide_states(state: State, bits: int, mode: Mode) -> None:
    case = Case(state, bits, 15, mode, 0x7FEF)
    assert zones(case) == searched(case)


@given(st.sampled_from((("membrane", 24), ("trace", 16))), MODES, st.integers(7, 20), st.data())
def test_closed_forms(width: tuple[State, int], mode: Mode, frac_bits: int, data: st.DataObject) -> None:
    """With alpha = 1 - g / 2^A a state v is to lose |v| g / 2^A: at most a half, or less than one."""
    one = 1 << frac_bits
    gap = data.draw(st.one_of(st.integers(1, one // 10), st.integers(1, 12)))
    case = Case(*width, frac_bits, mode, one - gap)
    low, high = case.word.low, case.word.high
    step, half_up, half_down = (one - 1) // gap, one // 2 // gap, (one // 2 - 1) // gap
    expected = {
        "floor": Zones(max(low, -step), 0, 0, min(high, step)),
        "nearest": Zones(max(low, -half_down), min(high, half_up), max(low, -step), min(high, step)),
        "stochastic": Zones(0, 0, 0, 1),
    }[mode]
    found = zones(case)
    if mode == "nearest":  # all that is in the dead zone of narrow states cannot jump
        assert (found.dead_low, found.dead_high) == (expected.dead_low, expected.dead_high)
        assert found.jump_high == (expected.jump_high if high > half_up else 1)
        assert found.jump_low == (expected.jump_low if -low > half_down else 0)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("state", "bits", "mode", "expected"),
    [
        ("membrane", 16, "floor", Zones(-1927, 0, 0, 1927)),
        ("membrane", 16, "nearest", Zones(-963, 963, -1927, 1927)),
        ("membrane", 16, "stochastic", Zones(0, 0, 0, 1)),
        ("trace", 12, "floor", Zones(0, 0, 0, 1927)),
        ("trace", 12, "nearest", Zones(0, 963, 0, 1927)),
        ("trace", 12, "stochastic", Zones(0, 0, 0, 1)),
    ],
)
def test_the_chip_by_hand(state: State, bits: int, mode: Mode, expected: Zones) -> None:
    """0x7FEF is 1 - 17 / 2^15: 32768 / 17 = 1927.5 is where less than one step is due, 963.8 half a step."""
    assert zones(Case(state, bits, 15, mode, 0x7FEF)) == expected
