"""The mean accuracy over two swept names, as a map of colours."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from golden_model.network.values import Value
from golden_model.pictures.panels import INK
from golden_model.pictures.picture import Picture
from golden_model.pictures.toolkit import (
    Axes,
    FuncFormatter,
    Normalize,
    PatchCollection,
    Rectangle,
    colormaps,
    style,
)
from golden_model.studies.page.findings import Findings, Point
from golden_model.studies.page.marks import (
    LOOK,
    SIZE,
    axis_label,
    new_figure,
    percent,
    references,
    setting,
    tick,
    url,
)
from golden_model.studies.page.page import text_of

COLOUR_MAP = colormaps["viridis"]
_MAX_LETTERS, _MAX_LINES = 54, 20  # beside and below each other on the axes
_MAX_NUMBERS = 12  # cells of a row or column that have room for their number


def accuracies(findings: Findings, x: str, y: str, fixed: Mapping[str, Value]) -> NDArray[np.float64]:
    """Return the mean accuracy at every value of y (rows) and x (columns), NaN where there is none.

    The other swept names have the values `fixed`.
    """
    table = np.full((len(findings.axes[y]), len(findings.axes[x])), np.nan)
    for (row, column), point in _cells(findings, x, y, fixed).items():
        table[row, column] = point.accuracy
    return table


def heat_map(findings: Findings, x: str, y: str, fixed: Mapping[str, Value], title: str) -> Picture:
    """Show the mean accuracy by x and y; every cell leads to its configuration file."""
    cells = _cells(findings, x, y, fixed)
    norm = _scale(findings)
    with style.context(LOOK):
        figure, axes = new_figure(title, _best(cells, (x, y)), height=_height(len(findings.axes[y])))
        axes.set_facecolor("#EEEEEE")
        drawn = _draw_cells(axes, cells, norm)
        _name_axes(axes, findings, x, y)
        if max(len(findings.axes[x]), len(findings.axes[y])) <= _MAX_NUMBERS:
            _write_numbers(axes, cells, norm)
        bar = figure.colorbar(drawn, ax=axes, format=FuncFormatter(tick), label="mean accuracy")
        _mark_references(figure, bar.ax, findings)
    return figure


def _cells(findings: Findings, x: str, y: str, fixed: Mapping[str, Value]) -> dict[tuple[int, int], Point]:
    """Return the points that have an accuracy, by row and column."""
    cells = {}
    for row, of_y in enumerate(findings.axes[y]):
        for column, of_x in enumerate(findings.axes[x]):
            point = findings.at({**fixed, x: of_x, y: of_y})
            if point is not None and point.scores:
                cells[row, column] = point
    return cells


def _scale(findings: Findings) -> Normalize:
    """Return one scale for all maps of the findings, with what they are compared with."""
    shown = [point.accuracy for point in findings.points if point.scores]
    shown += [centre for _, centre, _, _ in references(findings)]
    low, high = min(shown, default=0.0), max(shown, default=1.0)
    return Normalize(low, high if high > low else low + 0.01)


def _best(cells: Mapping[tuple[int, int], Point], names: Sequence[str]) -> str:
    if not cells:
        return "no results"
    best = max(cells.values(), key=lambda point: point.accuracy)
    values = {name: best.values[name] for name in names}
    return f"framed, the best: {percent(best.accuracy)} at {setting(values)}"


def _height(n_rows: int) -> float:
    return SIZE[1] if n_rows > 4 else SIZE[1] - 0.35 * (5 - n_rows)


def _draw_cells(axes: Axes, cells: Mapping[tuple[int, int], Point], norm: Normalize) -> PatchCollection:
    patches = [Rectangle((column - 0.5, row - 0.5), 1, 1) for row, column in cells]
    collection = PatchCollection(patches, cmap=COLOUR_MAP, norm=norm, edgecolor="white", linewidth=0.8)
    collection.set_array([point.accuracy for point in cells.values()])
    collection.set_urls([url(point.link) for point in cells.values()])
    axes.add_collection(collection)
    if cells:
        row, column = max(cells, key=lambda cell: cells[cell].accuracy)
        frame = Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=2)
        axes.add_patch(frame)
    return collection


def _name_axes(axes: Axes, findings: Findings, x: str, y: str) -> None:
    columns, rows = [[text_of(value) for value in findings.axes[name]] for name in (x, y)]
    every = math.ceil(len(columns) * (1 + max(map(len, columns))) / _MAX_LETTERS)
    axes.set_xticks(range(0, len(columns), every), columns[::every])
    every = math.ceil(len(rows) / _MAX_LINES)
    axes.set_yticks(range(0, len(rows), every), rows[::every])
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.5, len(rows) - 0.5))
    axes.set(xlabel=axis_label(x), ylabel=axis_label(y))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _write_numbers(axes: Axes, cells: Mapping[tuple[int, int], Point], norm: Normalize) -> None:
    for (row, column), point in cells.items():
        red, green, blue, _ = COLOUR_MAP(norm(point.accuracy))
        ink = INK if 0.21 * red + 0.72 * green + 0.07 * blue > 0.45 else "white"
        number = f"{100 * point.accuracy:.1f}"
        axes.text(column, row, number, color=ink, ha="center", va="center", fontsize=8, url=url(point.link))


def _mark_references(figure: Picture, bar: Axes, findings: Findings) -> None:
    """Point at the colours of the float reference and of the published setting."""
    for label, centre, _, look in references(findings):
        where = bar.get_yaxis_transform()
        bar.plot([-0.35], [centre], ">", color=look["color"], label=label, transform=where, clip_on=False)
    handles, labels = bar.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower left", ncols=2)
