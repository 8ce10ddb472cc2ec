"""The axes of a sweep: NAME=VALUES, lists and ranges, and all their combinations."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from golden_model.network.overrides import value_of
from golden_model.studies.page.findings import Value

RANGE, TOGETHER = "..", "+"
SHORT = {"trace_bits": ("trace_in_bits", "trace_rec_bits", "trace_out_bits")}
MOST_VALUES = 1000


@dataclass(frozen=True)
class Axis:
    """Names that take the same values together, and these values.

    Attributes
    ----------
    label : str
        The names as they are written on the command line.
    names : tuple of str
        Of fields, registers or task parameters.
    values : tuple of value
        In the order given, each once.
    """

    label: str
    names: tuple[str, ...]
    values: tuple[Value, ...]

    def assignments(self, value: Value) -> list[str]:
        """Return NAME=VALUE for each of the names."""
        return [f"{name}={json.dumps(value)}" for name in self.names]


def parse_axes(texts: Iterable[str]) -> list[Axis]:
    """Read axes.

    Parameters
    ----------
    texts : iterable of str
        NAME=VALUES or NAME+NAME=VALUES; `trace_bits` is short for the widths of all traces. VALUES are
        separated by commas; each is a value as in TOML, whose quotes may be left out, or a range LOW..HIGH
        or LOW..HIGH..STEP, both ends included.

    Raises
    ------
    ValueError
        If there is no value or an empty one, a range is empty or too long, or a name or a value comes twice.
    """
    axes = [_axis(text) for text in texts]
    names = [name for axis in axes for name in axis.names]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} is swept twice")
    return axes


def combinations(axes: Sequence[Axis]) -> Iterator[dict[str, Value]]:
    """Yield every combination of values by label, the last axis varying first."""
    for values in itertools.product(*(axis.values for axis in axes)):
        yield {axis.label: value for axis, value in zip(axes, values, strict=True)}


def assignments(axes: Iterable[Axis], values: Mapping[str, Value]) -> list[str]:
    """Return NAME=VALUE for every name of the axes that a combination has a value of."""
    return [text for axis in axes if axis.label in values for text in axis.assignments(values[axis.label])]


def _axis(text: str) -> Axis:
    label, equals, listed = text.partition("=")
    names = tuple(name for part in label.split(TOGETHER) for name in SHORT.get(part, (part,)))
    if not equals or not all(names):
        raise ValueError(f"{text!r} is not NAME=VALUES")
    items = listed.split(",")
    if not any(items):
        raise ValueError(f"{text!r} has no values, the grid is empty")
    if not all(items):
        raise ValueError(f"{text!r} has an empty value")
    values = [value for item in items for value in _values(text, item)]
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{text!r} has the value {value} twice")
    return Axis(label, names, tuple(values))


def _values(text: str, item: str) -> list[Value]:
    if RANGE not in item:
        value = value_of(item)
        if not isinstance(value, Value):
            raise ValueError(f"{text!r} has the value {item}, which is not a number or a word")
        return [value]
    try:
        low, high, step = _bounds(item)
    except (InvalidOperation, ValueError):
        raise ValueError(f"{text!r} has {item}, which is not LOW..HIGH or LOW..HIGH..STEP") from None
    if not step > 0 or not 0 <= high - low < MOST_VALUES * step:
        raise ValueError(f"{text!r} has the range {item}, a range has 1..{MOST_VALUES} values")
    return [_number(low + n * step) for n in range(int((high - low) / step) + 1)]


def _bounds(item: str) -> tuple[Decimal, ...]:
    """Return both ends of a range, and its step, 1 if it has none."""
    parts = item.split(RANGE)
    bounds = tuple(Decimal(part) for part in (parts if len(parts) > 2 else [*parts, "1"]))
    if "..." in item or not all(bound.is_finite() for bound in bounds):
        raise ValueError
    return bounds


def _number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
