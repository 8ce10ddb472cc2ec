"""Accuracy against cost: all points of a study, and those that no other point beats."""

from collections.abc import Sequence

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from golden_model.panels import COLOURS, GREY
from golden_model.studies.findings import Findings, Point, confidence_interval, mean
from golden_model.studies.marks import (
    LOOK,
    PUBLISHED,
    SIZE,
    accuracy_axis,
    axis_label,
    draw_references,
    legend_below,
    new_figure,
    setting,
    url,
)

MAX_LABELS = 12
_LINE = 0.17  # inches


def pareto(findings: Findings, cost: str) -> Figure:
    """Show all points light and the front dark, numbered, joined where this cost alone decides."""
    points = [point for point in findings.points if point.scores and cost in point.costs]
    front = sorted(
        (point for point in points if point.front), key=lambda one: (one.costs[cost], -one.accuracy)
    )
    n_lines = min(len(front), MAX_LABELS + 1)
    with style.context(LOOK):
        title = f"Accuracy against {cost}: {len(front)} of {len(points)} points are on the front"
        figure, axes = new_figure(title, "", height=SIZE[1] + _LINE * n_lines)
        _draw_points(axes, cost, [point for point in points if not point.front])
        _draw_front(axes, cost, front)
        draw_references(axes, findings)
        _draw_published(axes, cost, findings)
        axes.set_xlabel(axis_label(cost))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        accuracy_axis(axes)
        legend_below(figure, axes)
        _write_key(axes, front)
    return figure


def undominated(front: Sequence[Point], cost: str) -> list[Point]:
    """Return the points, in order of their cost, that are more accurate than all that cost no more."""
    kept: list[Point] = []
    for point in sorted(front, key=lambda one: (one.costs[cost], -one.accuracy)):
        if not kept or point.accuracy > kept[-1].accuracy:
            kept.append(point)
    return kept


def _draw_points(axes: Axes, cost: str, points: Sequence[Point]) -> None:
    at = [point.costs[cost] for point in points]
    marks = axes.scatter(at, [point.accuracy for point in points], s=14, color=GREY, alpha=0.6, linewidth=0)
    marks.set_urls([url(point.link) for point in points])
    marks.set_label("other points")


def _draw_front(axes: Axes, cost: str, front: Sequence[Point]) -> None:
    joined = undominated(front, cost)
    at, centres = [point.costs[cost] for point in joined], [point.accuracy for point in joined]
    axes.plot(at, centres, color=COLOURS[0], drawstyle="steps-post", linewidth=1.2)
    for point in front:
        if (interval := confidence_interval(point.scores)) is not None:
            axes.vlines(point.costs[cost], *interval, color=COLOURS[0], linewidth=0.8, alpha=0.6)
    at, centres = [point.costs[cost] for point in front], [point.accuracy for point in front]
    marks = axes.scatter(at, centres, s=26, color=COLOURS[0], zorder=3, label="front, 95% interval")
    marks.set_urls([url(point.link) for point in front])
    for number, point in enumerate(front[:MAX_LABELS], 1):
        where = (point.costs[cost], point.accuracy)
        axes.annotate(str(number), where, (-3, 3), textcoords="offset points", ha="right", fontsize=8)


def _draw_published(axes: Axes, cost: str, findings: Findings) -> None:
    if findings.published and cost in findings.published_costs:
        where = findings.published_costs[cost]
        axes.scatter([where], [mean(findings.published)], s=70, marker="*", color=PUBLISHED, zorder=4)


def _write_key(axes: Axes, front: Sequence[Point]) -> None:
    """Write what the numbers of the front stand for below the axis."""
    lines = [f"{number}  {setting(point.values)}" for number, point in enumerate(front[:MAX_LABELS], 1)]
    lines += [f"{len(front) - MAX_LABELS} more in the table"] if len(front) > MAX_LABELS else []
    axes.set_xlabel("\n".join([axes.get_xlabel(), *lines]))
