"""What a sweep varies: values, ranges and names on the command line, and their combinations."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.network.overrides import parse_overrides
from golden_model.network.values import Value
from golden_model.studies.sweep.axes import Axis, assignments, combinations, parse_axes


@pytest.mark.parametrize(
    ("listed", "values"),
    [
        ("8", (8,)),
        ("8,4,6", (8, 4, 6)),  # in the order given
        ("4..7", (4, 5, 6, 7)),
        ("5..5", (5,)),
        ("4..9..2", (4, 6, 8)),
        ("4..8..2,3", (4, 6, 8, 3)),
        ("-1..1", (-1, 0, 1)),
        ("0..0.3..0.1", (0, 0.1, 0.2, 0.3)),  # in binary numbers, 3 * 0.1 is more than 0.3
        ("0.5..2..0.5", (0.5, 1, 1.5, 2)),
        ("1e-3..3e-3..1e-3", (0.001, 0.002, 0.003)),
        ("0x7000,0x7FEF", (0x7000, 0x7FEF)),
        ("floor,'nearest'", ("floor", "nearest")),
        ("true,false", (True, False)),
        ("0..999", tuple(range(1000))),
    ],
)
def test_values(listed: str, values: tuple[Value, ...]) -> None:
    (axis,) = parse_axes([f"name={listed}"])
    assert axis == Axis("name", ("name",), values)
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@given(st.integers(-(10**6), 10**6), st.integers(0, 40), st.integers(1, 10**6), st.integers(0, 9))
def test_ranges_are_exact(low: int, more: int, step: int, places: int) -> None:
    """Every value is the decimal number that one would write down, and so is the last."""
    numbers = [Decimal(low + n * step).scaleb(-places) for n in range(more + 1)]
    text = f"x={numbers[0]:f}..{numbers[-1]:f}..{Decimal(step).scaleb(-places):f}"
    assert parse_axes([text])[0].values == tuple(float(number) for number in numbers)


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5).filter(lambda word: word not in ("false",))


@given(st.lists(NUMBERS, min_size=1, unique=True) | st.lists(WORDS, min_size=1, unique=True))
def test_values_round_trip(values: list[Value]) -> None:
    (axis,) = parse_axes([f"delay={','.join(map(str, values))}"])
    assert axis.values == tuple(values)
    for value in values:
        assert parse_overrides(axis.assignments(value), ["delay"]).task == {"delay": value}


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("trace_bits", ("trace_in_bits", "trace_rec_bits", "trace_out_bits")),
        ("trace_in_bits+trace_rec_bits", ("trace_in_bits", "trace_rec_bits")),
        ("trace_bits+membrane_bits", ("trace_in_bits", "trace_rec_bits", "trace_out_bits", "membrane_bits")),
        ("task.n_rec", ("task.n_rec",)),
    ],
)
def test_names(label: str, names: tuple[str, ...]) -> None:
    (axis,) = parse_axes([f"{label}=4,8"])
    assert (axis.label, axis.names) == (label, names)
    assert axis.assignments(8) == [f"{name}=8" for name in names]


def test_combinations_vary_the_last_axis_first() -> None:
    axes = parse_axes(["trace_bits=4,8", "state_rounding=floor,nearest", "delay=20"])
    assert list(combinations(axes)) == [
        {"trace_bits": 4, "state_rounding": "floor", "delay": 20},
        {"trace_bits": 4, "state_rounding": "nearest", "delay": 20},
        {"trace_bits": 8, "state_rounding": "floor", "delay": 20},
        {"trace_bits": 8, "state_rounding": "nearest", "delay": 20},
    ]


def test_assignments_are_of_the_values_that_are_there() -> None:
    axes = parse_axes(["trace_in_bits+trace_out_bits=4,8", "state_rounding=floor,nearest", "errata=true"])
    values = {"errata": True, "trace_in_bits+trace_out_bits": 4}
    assert assignments(axes, values) == ["trace_in_bits=4", "trace_out_bits=4", "errata=true"]


NO_RANGE = "which is not LOW..HIGH or LOW..HIGH..STEP"
NO_VALUES = "a range has 1..1000 values"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["weight_bits"], "'weight_bits' is not NAME=VALUES"),
        (["=4"], "'=4' is not NAME=VALUES"),
        (["weight_bits+=4"], "'weight_bits+=4' is not NAME=VALUES"),
        (["weight_bits="], "'weight_bits=' has no values, the grid is empty"),
        (["weight_bits=,"], "'weight_bits=,' has no values, the grid is empty"),
        (["weight_bits=1,,2"], "'weight_bits=1,,2' has an empty value"),
        (["weight_bits=4,"], "'weight_bits=4,' has an empty value"),
        (["weight_bits=,4..5"], "'weight_bits=,4..5' has an empty value"),
        (["weight_bits=4,4"], "'weight_bits=4,4' has the value 4 twice"),
        (["weight_bits=4,2..5"], "'weight_bits=4,2..5' has the value 4 twice"),
        (["weight_bits=4", "weight_bits=5"], "weight_bits is swept twice"),
        (["trace_bits=4", "trace_in_bits=5"], "trace_in_bits is swept twice"),
        (["a+a=4"], "a is swept twice"),
        (["a={}"], "'a={}' has the value {}, which is not a number or a word"),
        (["a=1979-05-27"], "'a=1979-05-27' has the value 1979-05-27, which is not a number or a word"),
        (["a=8..4"], f"'a=8..4' has the range 8..4, {NO_VALUES}"),
        (["a=0..1000"], f"'a=0..1000' has the range 0..1000, {NO_VALUES}"),
        (["a=0..1..0"], f"'a=0..1..0' has the range 0..1..0, {NO_VALUES}"),
        (["a=1..0..-1"], f"'a=1..0..-1' has the range 1..0..-1, {NO_VALUES}"),
        *[
            ([f"a={item}"], f"'a={item}' has {item}, {NO_RANGE}")
            for item in (
                "4..",
                "..4",
                "4..x",
                "0...9",
                "1..4..2..2",
                "1..4..",
                "nan..1",
                "1..inf",
                "1..2..inf",
            )
        ],
    ],
)
def test_refusals(texts: list[str], message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        parse_axes(texts)
    assert str(error.value) == message
