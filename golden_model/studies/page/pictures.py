"""The pictures of a sweep: which of them fit the names that were swept."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from golden_model.network.values import Value
from golden_model.pictures.picture import Picture
from golden_model.studies.page.curves import MAX_LINES, bars, curves, is_numeric
from golden_model.studies.page.findings import Findings
from golden_model.studies.page.heat_map import heat_map
from golden_model.studies.page.marks import seeds, setting
from golden_model.studies.page.page import Illustration
from golden_model.studies.page.pareto import pareto

MAX_PANELS = 6
MOST_LETTERS = 50  # of the name of a file, of up to four bytes
_BANDS = "Bands are 95% confidence intervals of the mean."
_LINKS = "Every mark leads to its configuration file."
_KINDS: Mapping[str, tuple[Callable[[Findings, str, Any, Mapping[str, Value], str], Picture], str]] = {
    "heat_map": (heat_map, f"Numbers are percent, grey cells have no result. {_LINKS}"),
    "curves": (curves, f"{_BANDS} {_LINKS}"),
    "bars": (bars, f"{_BANDS.replace('Bands', 'Strokes')} {_LINKS}"),
}


def sweep_pictures(findings: Findings) -> list[Illustration]:
    """Return heat maps over the first two numbers, curves over the first, or bars where there are only words.

    Each of further names takes one picture per value, of which there are at most `MAX_PANELS`: those with
    the most accurate points.
    """
    swept = [name for name, values in findings.axes.items() if len(values) > 1] or list(findings.axes)
    numbers = [name for name in swept if is_numeric(findings.axes[name])]
    maps = _panels(findings, "heat_map", numbers[0], numbers[1]) if len(numbers) > 1 else []
    x = (numbers or swept)[0]
    line = next((name for name in swept if name != x), None)
    return maps + _panels(findings, "curves" if numbers else "bars", x, line)


def pareto_pictures(findings: Findings) -> list[Illustration]:
    """Return the accuracy against each of the costs."""
    costs = dict.fromkeys(name for point in findings.points for name in point.costs)
    caption = (
        f"Mean accuracy of {seeds(findings)} against {{}}; up and to the left is better. On the front are "
        "points that no other beats in every respect; the line joins those that none beats in this cost. "
        f"{_LINKS}"
    )
    return [
        Illustration(name, caption.format(cost), pareto(findings, cost))
        for name, cost in zip(_names(costs), costs, strict=True)
    ]


def _names(costs: Iterable[str]) -> list[str]:
    """Return names of files that differ in more than the case of letters, which some systems ignore."""
    names: list[str] = []
    for cost in costs:
        stem = re.sub(r"[^\w-]", "_", f"pareto_{cost}")[:MOST_LETTERS]
        taken = {name.casefold() for name in names}
        others = (f"{stem}_{number}" for number in itertools.count(2))
        names.append(next(name for name in itertools.chain([stem], others) if name.casefold() not in taken))
    return names


def _panels(findings: Findings, kind: str, x: str, other: str | None) -> list[Illustration]:
    """Return one picture for every choice of values of the names that it does not show."""
    draw, caption = _KINDS[kind]
    shown = [x] if other is None else [x, other]
    choices, n_choices = _choices(findings, shown)
    by = " and ".join(shown)
    pictures = []
    for number, fixed in enumerate(choices, 1):
        swept = {name: value for name, value in fixed.items() if len(findings.axes[name]) > 1}
        at = f", {setting(swept)}" if swept else ""
        text = f"Mean accuracy of {seeds(findings)} by {by}{at}. {caption}"
        if n_choices > len(choices):
            text += f" The {len(choices)} most accurate of {n_choices} such pictures are shown."
        if kind != "heat_map" and other and len(findings.axes[other]) > MAX_LINES:
            text += f" {other} has {len(findings.axes[other])} values, of which {MAX_LINES} are drawn."
        name = kind if len(choices) == 1 else f"{kind}_{number}"
        pictures.append(Illustration(name, text, draw(findings, x, other, fixed, f"Accuracy by {by}{at}")))
    return pictures


def _choices(findings: Findings, shown: Sequence[str]) -> tuple[list[dict[str, Value]], int]:
    """Return the values of the other names, in the order of the axes, and how many choices there are."""
    names = [name for name in findings.axes if name not in shown]
    best: dict[tuple[Value, ...], float] = {}
    for point in findings.points:
        if point.scores:
            choice = tuple(point.values[name] for name in names)
            best[choice] = max(best.get(choice, 0.0), point.accuracy)
    kept = set(sorted(best, key=lambda choice: -best[choice])[:MAX_PANELS])
    ordered = itertools.product(*(findings.axes[name] for name in names))
    return [dict(zip(names, choice, strict=True)) for choice in ordered if choice in kept], len(best)
