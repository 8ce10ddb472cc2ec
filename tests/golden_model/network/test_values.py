"""Options that take several values; what else is read of lists is tested with the axes of a sweep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.network.values import parse_integers, parse_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("8", (8,)),
        ("8,12,16", (8, 12, 16)),
        ("16, 8", (8, 16)),
        ("8..11", (8, 9, 10, 11)),
        ("5..5", (5,)),
        ("8..24..8", (8, 16, 24)),
        ("0x10", (16,)),
        ("20,4..6,5 .. 7", (4, 5, 6, 7, 20)),
    ],
)
def test_integers_and_ranges(text: str, values: tuple[int, ...]) -> None:
    assert parse_integers("--state-bits", text, 4, 24) == values


@given(st.lists(st.tuples(st.integers(4, 24), st.integers(0, 20)), min_size=1))
def test_any_ranges(ranges: list[tuple[int, int]]) -> None:
    ends = [(low, min(low + more, 24)) for low, more in ranges]
    text = ",".join(f"{low}..{high}" for low, high in ends)
    assert parse_integers("-x", text, 4, 24) == tuple(sorted({n for a, b in ends for n in range(a, b + 1)}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3", "--state-bits: 3 is outside 4..24"),
        ("8,25", "--state-bits: 25 is outside 4..24"),
        ("8..999999999", "--state-bits has the range 8..999999999, a range has 1..1000 values"),
        ("-8", "--state-bits: -8 is outside 4..24"),
        ("12..8", "--state-bits has the range 12..8, a range has 1..1000 values"),
        ("", "--state-bits has an empty value"),
        ("8, ", "--state-bits has an empty value"),
        ("8.5", "--state-bits: 8.5 is not an integer in 4..24"),
        ("8...9", "--state-bits has 8...9, which is not LOW..HIGH or LOW..HIGH..STEP"),
        ("true", "--state-bits: True is not an integer in 4..24"),
        ("eight", "--state-bits: 'eight' is not an integer in 4..24"),
        ("9" * 5000, f"--state-bits: '{'9' * 5000}' is not an integer in 4..24"),
    ],
)
def test_what_is_no_integer_or_range(text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        parse_integers("--state-bits", text, 4, 24)
    assert str(error.value) == message


def test_numbers() -> None:
    assert parse_numbers("--alpha", "0.99, 0.9,9.9e-1,.95", 0.9, 1) == (0.9, 0.95, 0.99)
    assert parse_numbers("--alpha", "0.9..0.99..0.03", 0.9, 1) == (0.9, 0.93, 0.96, 0.99)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.5", "--alpha: 0.5 is outside 0.9..1"),
        ("0.95,nan", "--alpha: nan is outside 0.9..1"),
        ("inf", "--alpha: inf is outside 0.9..1"),
        ("0.9..1..-1", "--alpha has the range 0.9..1..-1, a range has 1..1000 values"),
        ("0.95,", "--alpha has an empty value"),
        ("high", "--alpha: 'high' is not a number in 0.9..1"),
    ],
)
def test_what_is_no_number(text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        parse_numbers("--alpha", text, 0.9, 1)
    assert str(error.value) == message
