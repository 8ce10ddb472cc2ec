"""Values of an option that takes several: 8,12,16 or 8..16 or both."""

import re


def parse_integers(option: str, text: str, low: int, high: int) -> tuple[int, ...]:
    """Read integers and ranges of integers, each once and ascending.

    Parameters
    ----------
    option : str
        Name of the option, for errors.
    text : str
        Integers and ranges FIRST..LAST, with commas between them.
    low, high : int
        Legal range.

    Raises
    ------
    ValueError
        Something is not an integer or a range, a range is empty, or a value is outside low..high.
    """
    values: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(-?\d{1,9})\s*(?:\.\.\s*(-?\d{1,9})\s*)?", part, re.ASCII)
        if not match:
            raise ValueError(
                f"{option}: {part.strip()!r} is not a value or range, write 8,12 or {low}..{high}"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        for value in (first, last):
            if not low <= value <= high:
                raise ValueError(f"{option}: {value} is outside {low}..{high}")
        if first > last:
            raise ValueError(f"{option}: {first}..{last} is empty, write the lower end first")
        values.update(range(first, last + 1))
    return tuple(sorted(values))


def parse_numbers(option: str, text: str, low: float, high: float) -> tuple[float, ...]:
    """Read numbers with commas between them, each once and ascending.

    Raises
    ------
    ValueError
        Something is not a number, or a value is outside low..high.
    """
    values: set[float] = set()
    for part in text.split(","):
        try:
            value = float(part)
        except ValueError:
            raise ValueError(f"{option}: {part.strip()!r} is not a number") from None
        if not low <= value <= high:
            raise ValueError(f"{option}: {part.strip()} is outside {low}..{high}")
        values.add(value)
    return tuple(sorted(values))
