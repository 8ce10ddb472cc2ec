"""The mean accuracy over one swept name, with confidence intervals: lines over numbers, bars over words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from golden_model.network.values import Value
from golden_model.pictures.picture import Picture
from golden_model.pictures.toolkit import Axes, NullLocator, colormaps, style
from golden_model.studies.page.findings import Findings, Point, confidence_interval
from golden_model.studies.page.marks import (
    LINES,
    LOOK,
    accuracy_axis,
    axis_label,
    draw_references,
    legend_below,
    means,
    new_figure,
    setting,
    url,
)
from golden_model.studies.page.page import text_of

MAX_LINES = len(LINES)
_MARKERS = "osD^vP"


def is_numeric(values: Sequence[Value]) -> bool:
    """Return whether all values are numbers, which have an order and distances."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def curves(findings: Findings, x: str, line: str | None, fixed: Mapping[str, Value], title: str) -> Picture:
    """Show the mean accuracy by x, one line with a confidence band per value of the name `line`."""
    with style.context(LOOK):
        figure, axes = new_figure(title, means(findings))
        for values, look in _lines(findings, line):
            points = _along(findings, x, {**fixed, **values})
            _draw_line(axes, x, points, setting(values) or "mean of the seeds", look)
        draw_references(axes, findings)
        _number_axis(axes, x, findings.axes[x])
        accuracy_axis(axes)
        legend_below(figure, axes)
    return figure


def bars(findings: Findings, x: str, group: str | None, fixed: Mapping[str, Value], title: str) -> Picture:
    """Show the mean accuracy by the words of x, one bar with a confidence interval per value of `group`."""
    with style.context(LOOK):
        figure, axes = new_figure(title, means(findings))
        lines = _lines(findings, group)
        for index, (values, look) in enumerate(lines):
            shift, width = (index + 0.5) / len(lines) - 0.5, 0.8 / len(lines)
            points = _along(findings, x, {**fixed, **values})
            _draw_bars(
                axes, points, 0.8 * shift, width, setting(values) or "mean of the seeds", look["color"]
            )
        draw_references(axes, findings)
        names = [text_of(value) for value in findings.axes[x]]
        axes.set_xticks(range(len(names)), names, rotation=30 if sum(map(len, names)) > 40 else 0)
        axes.set(xlabel=axis_label(x), ylim=(0, 1.02))
        accuracy_axis(axes)
        legend_below(figure, axes)
    return figure


def _lines(findings: Findings, name: str | None) -> list[tuple[dict[str, Value], dict[str, Any]]]:
    """Return value and look of every line; of more values than looks the last and evenly spaced others."""
    if name is None:
        return [({}, {"color": LINES[0], "marker": "o"})]
    values = findings.axes[name]
    n = min(len(values), MAX_LINES)
    chosen = [values[round(index * (len(values) - 1) / max(n - 1, 1))] for index in range(n)]
    ordered = [colormaps["viridis"](0.9 * index / max(n - 1, 1)) for index in range(n)]
    colours = ordered if is_numeric(values) else LINES
    looks = [{"color": colour, "marker": marker} for colour, marker in zip(colours, _MARKERS, strict=False)]
    return [({name: value}, look) for value, look in zip(chosen, looks, strict=False)]


def _along(findings: Findings, x: str, fixed: Mapping[str, Value]) -> list[tuple[int, Point]]:
    """Return the points that have an accuracy, with the positions of their values on the axis."""
    points = [(position, findings.at({**fixed, x: value})) for position, value in enumerate(findings.axes[x])]
    return [(position, point) for position, point in points if point is not None and point.scores]


def _draw_line(
    axes: Axes, x: str, points: Sequence[tuple[int, Point]], label: str, look: Mapping[str, Any]
) -> None:
    """Draw means that lead to their configuration files, a line between them, and a band about it."""
    found = sorted((point for _, point in points), key=lambda point: point.values[x])
    at = [point.values[x] for point in found]
    centres = [point.accuracy for point in found]
    bands = [confidence_interval(point.scores) or (np.nan, np.nan) for point in found]
    axes.fill_between(at, *np.reshape(bands, (-1, 2)).T, color=look["color"], alpha=0.15, linewidth=0)
    axes.plot(at, centres, label=label, markersize=4, **look)
    marks = axes.scatter(at, centres, s=18, color=look["color"], marker=look["marker"], zorder=3)
    marks.set_urls([url(point.link) for point in found])


def _draw_bars(
    axes: Axes, points: Sequence[tuple[int, Point]], shift: float, width: float, label: str, colour: Any
) -> None:
    at = [position + shift for position, _ in points]
    for index, (where, (_, point)) in enumerate(zip(at, points, strict=True)):
        (bar,) = axes.bar(where, point.accuracy, 0.92 * width, color=colour, url=url(point.link))
        bar.set_label(label if index == 0 else "")
        if (interval := confidence_interval(point.scores)) is not None:
            axes.vlines(where, *interval, color="#222222", linewidth=1)


def _number_axis(axes: Axes, name: str, values: Sequence[Value]) -> None:
    """Scale an axis by ratios where the values span more than a factor of 50, with a tick at each value."""
    numbers = [float(value) for value in values]
    if min(numbers) > 0 and max(numbers) / min(numbers) > 50:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")  # the default writes formulas
        axes.xaxis.set_minor_locator(NullLocator())
    if len(numbers) <= 10:
        axes.set_xticks(numbers, [text_of(value) for value in values])
    axes.set_xlabel(axis_label(name))
