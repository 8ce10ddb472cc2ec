"""The report: how often each bin is hit, by what, and the choice of stimuli that have to hit them."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tests.coverage.bins import Bin

Hits = Mapping[str, Mapping[str, int]]  # of each stimulus, how often it hits each bin
KINDS = ("networks", "published", "widths", "host")


def kind_of(stimulus: str) -> str:
    """Return the column of a stimulus."""
    folder, name = stimulus.split("/", 1)
    return "widths" if name.startswith("widths/") else "published" if folder == "vectors" else folder


def totals(hits: Hits) -> dict[str, Counter[str]]:
    """Return how often all stimuli of a kind hit each bin."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for stimulus, counts in hits.items():
        found[kind_of(stimulus)].update(counts)
    return found


def lines(bins: Iterable[Bin], hits: Hits) -> list[str]:
    """Return a line per bin: its hits by kind of stimulus, and how many stimuli hit it."""
    sums, group, result = totals(hits), "", [f"{'':52}" + "".join(f"{kind:>12}" for kind in KINDS)]
    for one in bins:
        if one.group != group:
            group = one.group
            result += ["", group]
        counts = [sums[kind][one.name] for kind in KINDS]
        by = sum(one.name in found for found in hits.values())
        end = f"   by {by}" if by else "   EMPTY"
        result.append(f"  {one.name:50}" + "".join(f"{count:12}" for count in counts) + end)
    return result


def empty(bins: Iterable[Bin], hits: Hits) -> list[str]:
    """Return the names of the bins that nothing hits."""
    hit = set().union(*hits.values())
    return [one.name for one in bins if one.name not in hit]


def choice(bins: Iterable[Bin], hits: Hits, costs: Mapping[str, int]) -> dict[str, list[str]]:
    """Return a stimulus for each bin: as few and as cheap ones as it takes, networks where they do."""
    left = {one.name for one in bins} - set(empty(bins, hits))
    chosen: dict[str, list[str]] = {}
    while left:
        best = max(hits, key=lambda one: (one.startswith("networks") and bool(left & hits[one].keys()),
                                          len(left & hits[one].keys()) / costs[one], one))  # fmt: skip
        chosen[best] = sorted(left & hits[best].keys())
        left -= hits[best].keys()
    return dict(sorted(chosen.items()))
