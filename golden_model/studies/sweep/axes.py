"""The axes of a sweep: NAME=VALUES, lists and ranges, and all their combinations."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from golden_model.network.values import Value, parse_values

TOGETHER = "+"
SHORT = {"trace_bits": ("trace_in_bits", "trace_rec_bits", "trace_out_bits")}


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
        NAME=VALUES or NAME+NAME=VALUES, VALUES as `parse_values` reads them; `trace_bits` is short for the
        widths of all traces.

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
    if not listed.strip(","):
        raise ValueError(f"{text!r} has no values, the grid is empty")
    values = parse_values(repr(text), listed)
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{text!r} has the value {value} twice")
    return Axis(label, names, tuple(values))
