"""Values as they are written on the command line: one, or a list such as 8,12,16 or 8..16..4 or both."""

from decimal import Decimal, InvalidOperation
from typing import Any

from golden_model.files.reading import parse_toml

Value = int | float | str | bool

RANGE = ".."
MOST_VALUES = 1000


def value_of(text: str) -> Any:
    """Return a value written as in TOML, quotes left out or not."""
    for literal in (text, text.lower()):
        try:
            return parse_toml(f"value = {literal}")["value"]
        except ValueError:  # not TOML, nested too deeply, or a number of more digits than Python reads
            continue
    return text


def parse_values(owner: str, text: str) -> list[Value]:
    """Read values in the order given.

    Parameters
    ----------
    owner : str
        What the values are of, for errors.
    text : str
        Values with commas between them; each is a value as in TOML, whose quotes may be left out, or a range
        LOW..HIGH or LOW..HIGH..STEP, both ends included.

    Raises
    ------
    ValueError
        A value is empty or neither a number nor a word, or a range is empty or too long.
    """
    return [value for item in text.split(",") for value in _values(owner, item)]


def parse_integers(option: str, text: str, low: int, high: int) -> tuple[int, ...]:
    """Read integers in low..high, each once and ascending.

    Raises
    ------
    ValueError
        As `parse_values`, or something is not an integer or outside low..high.
    """
    values: set[int] = set()
    for value in parse_values(option, text):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{option}: {value!r} is not an integer in {low}..{high}")
        if not low <= value <= high:
            raise ValueError(f"{option}: {value} is outside {low}..{high}")
        values.add(value)
    return tuple(sorted(values))


def parse_numbers(option: str, text: str, low: float, high: float) -> tuple[float, ...]:
    """Read numbers in low..high, each once and ascending.

    Raises
    ------
    ValueError
        As `parse_values`, or something is not a number or outside low..high.
    """
    values: set[float] = set()
    for value in parse_values(option, text):
        try:
            number = float(value)
        except ValueError:
            raise ValueError(f"{option}: {value!r} is not a number in {low}..{high}") from None
        if not low <= number <= high:
            raise ValueError(f"{option}: {value} is outside {low}..{high}")
        values.add(number)
    return tuple(sorted(values))


def _values(owner: str, item: str) -> list[Value]:
    if not item.strip():
        raise ValueError(f"{owner} has an empty value")
    if RANGE not in item:
        value = value_of(item.strip())
        if not isinstance(value, Value):
            raise ValueError(f"{owner} has the value {item}, which is not a number or a word")
        return [value]
    try:
        low, high, step = _bounds(item)
    except (InvalidOperation, ValueError):
        raise ValueError(f"{owner} has {item}, which is not LOW..HIGH or LOW..HIGH..STEP") from None
    if not step > 0 or not 0 <= high - low < MOST_VALUES * step:
        raise ValueError(f"{owner} has the range {item}, a range has 1..{MOST_VALUES} values")
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
