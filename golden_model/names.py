"""Help with mistyped names."""

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" with the known name closest to `name`."""
    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f", did you mean {match[0]!r}?"
