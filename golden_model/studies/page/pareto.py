"""Accuracy against cost: all points of a study, and those that no other point beats."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from golden_model.pictures.panels import COLOURS, GREY
from golden_model.pictures.picture import Picture
from golden_model.pictures.toolkit import Axes, EngFormatter, style, withStroke
from golden_model.studies.page.findings import Findings, Point, confidence_interval, mean
from golden_model.studies.page.marks import (
    LOOK,
    PUBLISHED,
    SIZE,
    accuracy_axis,
    axis_label,
    draw_references,
    legend_below,
    new_figure,
    seeds,
    setting,
    url,
)

MAX_LABELS = 10
_GAP = 0.05  # of the axes, that labels keep between them
_LINE = 0.16  # inches
_OFF: Mapping[str, Any] = {"s": 14, "color": GREY, "alpha": 0.6, "linewidth": 0}
_OTHER: Mapping[str, Any] = {"s": 22, "facecolor": "white", "edgecolor": COLOURS[0], "zorder": 2.5}
_JOINED: Mapping[str, Any] = {"s": 26, "color": COLOURS[0], "zorder": 3}
_HALO = withStroke(linewidth=2, foreground="white")


def pareto(findings: Findings, cost: str) -> Picture:
    """Show all points light and the front dark, joined and numbered where none beats it in this cost."""
    points = [point for point in findings.points if point.scores and cost in point.costs]
    front = [point for point in points if point.front]
    joined = undominated(front, cost)
    labelled = _labelled(joined, points, cost)
    key = _key(labelled, front)
    with style.context(LOOK):
        title = f"Accuracy against {cost}: {len(front)} of {len(points)} points are on the front"
        height = SIZE[1] + _LINE * len(key)
        figure, axes = new_figure(
            title, f"mean of {seeds(findings)}, 95% interval on the front", height=height
        )
        _draw_marks(axes, cost, [point for point in points if not point.front], "off the front", **_OFF)
        others = [point for point in front if point not in joined]
        _draw_marks(axes, cost, others, "front by another cost", **_OTHER)
        _draw_front(axes, cost, joined, labelled)
        draw_references(axes, findings)
        _draw_published(axes, cost, findings)
        axes.set_xlabel("\n".join([axis_label(cost), *key]), loc="left", multialignment="left")
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        accuracy_axis(axes)
        legend_below(figure, axes)
    return figure


def undominated(front: Sequence[Point], cost: str) -> list[Point]:
    """Return the points, in order of their cost, that are more accurate than all that cost no more."""
    kept: list[Point] = []
    for point in sorted(front, key=lambda one: (one.costs[cost], -one.accuracy)):
        if not kept or point.accuracy > kept[-1].accuracy:
            kept.append(point)
    return kept


def _labelled(joined: Sequence[Point], points: Sequence[Point], cost: str) -> list[Point]:
    """Return the points that have room for a number."""
    costs, accuracies = [point.costs[cost] for point in points], [point.accuracy for point in points]
    width = _GAP * (max(costs, default=0) - min(costs, default=0))
    height = _GAP * (max(accuracies, default=0) - min(accuracies, default=0))
    kept: list[Point] = []
    for point in joined:
        if (
            not kept
            or point.costs[cost] > kept[-1].costs[cost] + width
            or point.accuracy > kept[-1].accuracy + height
        ):
            kept.append(point)
    return kept[:MAX_LABELS]


def _key(labelled: Sequence[Point], front: Sequence[Point]) -> list[str]:
    """Return lines that say what the numbers stand for, by the names in which the front differs."""
    names = (
        [name for name in front[0].values if len({point.values[name] for point in front}) > 1]
        if front
        else []
    )
    lines = []
    for number, point in enumerate(labelled, 1):
        values = setting({name: point.values[name] for name in names or point.values})
        lines += textwrap.wrap(f"{number}: {values}", 66, subsequent_indent="    ")
    return lines


def _draw_marks(axes: Axes, cost: str, points: Sequence[Point], label: str, **look: Any) -> None:
    """Draw marks that lead to configuration files."""
    if points:
        at = [point.costs[cost] for point in points]
        marks = axes.scatter(at, [point.accuracy for point in points], label=label, **look)
        marks.set_urls([url(point.link) for point in points])


def _draw_front(axes: Axes, cost: str, joined: Sequence[Point], labelled: Sequence[Point]) -> None:
    at, centres = [point.costs[cost] for point in joined], [point.accuracy for point in joined]
    axes.plot(at, centres, color=COLOURS[0], drawstyle="steps-post", linewidth=1.2)
    for point in joined:
        if (interval := confidence_interval(point.scores)) is not None:
            axes.vlines(point.costs[cost], *interval, color=COLOURS[0], linewidth=0.8, alpha=0.6)
    _draw_marks(axes, cost, joined, "front", **_JOINED)
    for number, point in enumerate(labelled, 1):
        where = (point.costs[cost], point.accuracy)
        text = axes.annotate(str(number), where, (-4, 2), textcoords="offset points", ha="right", fontsize=8)
        text.set_path_effects([_HALO])


def _draw_published(axes: Axes, cost: str, findings: Findings) -> None:
    if findings.published and cost in findings.published_costs:
        where = findings.published_costs[cost]
        axes.scatter([where], [mean(findings.published)], s=70, marker="*", color=PUBLISHED, zorder=4)
