"""What the pictures of a study share: their look, names of axes, and what accuracies are compared with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from golden_model.network.values import Value
from golden_model.pictures.panels import COLOURS, INK, NEURON_COLOURS
from golden_model.pictures.picture import STYLE, Picture
from golden_model.pictures.toolkit import Axes
from golden_model.studies.page.findings import Findings, confidence_interval, mean
from golden_model.studies.page.page import relative_url, text_of

LOOK: list[Any] = [
    *STYLE,
    {"font.size": 9, "axes.titlesize": 10, "legend.fontsize": 8},
]
SIZE = (4.8, 3.9)
PUBLISHED = COLOURS[1]
LINES = (COLOURS[0], *COLOURS[2:], NEURON_COLOURS[-1])  # the other colours, and brown
_UNITS = {"_bits": "bits", "_ms": "ms", "_cycles": "cycles"}


def new_figure(title: str, subtitle: str, *, height: float = SIZE[1]) -> tuple[Picture, Axes]:
    """Return a figure of one panel whose title tells what is seen."""
    figure = Picture(SIZE[0], height)
    figure.suptitle(f"{title}\n{subtitle}" if subtitle else title, x=0.01, ha="left", fontsize=9)
    return figure, figure.subplots()


def axis_label(name: str) -> str:
    """Return a name with its unit."""
    units = [unit for suffix, unit in _UNITS.items() if name.endswith(suffix)]
    return f"{name} ({units[0]})" if units else name


def setting(values: Mapping[str, Value]) -> str:
    """Return values as text, such as `weight_bits 6, trace_bits 8`."""
    return ", ".join(f"{name} {text_of(value)}" for name, value in values.items())


def url(link: str | None) -> str | None:
    """Return the link of a point as matplotlib takes it."""
    return None if link is None else relative_url(link)


def percent(accuracy: float) -> str:
    """Return an accuracy as text."""
    return f"{accuracy:.1%}"


def tick(accuracy: float, _position: float = 0) -> str:
    """Return an accuracy as a tick of an axis is named."""
    return f"{100 * accuracy:.4g}%"


def references(findings: Findings) -> Iterator[tuple[str, float, tuple[float, float] | None, dict[str, Any]]]:
    """Yield label, mean, confidence interval and look of what accuracies are compared with."""
    looks: Sequence[tuple[str, Sequence[float], dict[str, Any]]] = (
        ("float reference", findings.ceiling, {"color": INK, "dashes": (5, 2)}),
        ("published setting", findings.published, {"color": PUBLISHED, "dashes": (1.5, 1.5)}),
    )
    for name, scores, look in looks:
        if scores:
            yield f"{name} {percent(mean(scores))}", mean(scores), confidence_interval(scores), look


def draw_references(axes: Axes, findings: Findings) -> None:
    """Draw labelled lines, with bands as wide as their confidence intervals."""
    for label, centre, interval, look in references(findings):
        axes.axhline(centre, label=label, linewidth=1.1, zorder=1.5, **look)
        if interval is not None:
            axes.axhspan(*interval, color=look["color"], alpha=0.08, linewidth=0, zorder=0)


def accuracy_axis(axes: Axes) -> None:
    """Name and format the vertical axis."""
    low, high = axes.get_ylim()
    axes.set(ylabel="mean accuracy", ylim=(max(low, -0.02), min(high, 1.02)))
    axes.yaxis.set_major_formatter(tick)
    axes.grid(axis="y", linewidth=0.4, alpha=0.4)


def legend_below(figure: Picture, axes: Axes) -> None:
    """Explain everything that has a label, below the axes, where it hides nothing."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower left", ncols=2, handlelength=2.4)


def means(findings: Findings) -> str:
    """Return what is drawn, as a subtitle."""
    several = any(len(point.scores) > 1 for point in findings.points)
    return f"mean of {seeds(findings)}" + (", with 95% confidence intervals" if several else "")


def seeds(findings: Findings) -> str:
    """Return how many seeds the means are over."""
    counts = [len(point.scores) for point in findings.points if point.scores]
    low, high = min(counts, default=0), max(counts, default=0)
    number = str(high) if low == high else f"{low} to {high}"
    return f"{number} seed" if high == 1 else f"{number} seeds"
