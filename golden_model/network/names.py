"""Help with mistyped names."""

import difflib
from collections.abc import Iterable

_SIMILAR = 0.5  # of 0..1; below, a suggestion is a guess


def closest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" with a known name similar to `name` or beginning with it, else ""."""
    names = list(known)
    matches = difflib.get_close_matches(name, names, n=1, cutoff=_SIMILAR)
    matches += [other for other in names if name and other.startswith(name)]
    return f", did you mean {matches[0]!r}?" if matches else ""
