"""Pictures of samples, training and weights: figures that neither use nor change global state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike, NDArray

from golden_model.pictures.panels import COLOURS, NEURON_COLOURS, PALE, PANELS, SHADE, Panels
from golden_model.pictures.picture import STYLE, Picture
from golden_model.samples.samples import Sample

_NEURON_SIGNALS = ("spike", "membrane", "trace_rec", "trace_out", "learning_signal")
_WEIGHTS = ("w_in", "w_rec", "w_out")


def raster(
    sample: Sample,
    records: Mapping[str, NDArray[Any]],
    groups: Mapping[str, range],
    *,
    threshold: float | None = None,
    n_shown: int = 3,
    title: str = "",
) -> Picture:
    """Show what a network does in one sample: one panel per signal, over a common time axis.

    Parameters
    ----------
    sample : Sample
        Its tick is taken as 1 ms. The time in which its target is valid is shaded.
    records : mapping of str to ndarray, shape (n_ticks, n)
        Any of spike, membrane, trace_in, trace_rec, trace_out, readout, error, learning_signal, drawn as
        they are, raw or real; a signal that is missing has no panel, others are not drawn.
    groups : mapping of str to range
        Input lines by name; a group named noise is grey.
    threshold : float, optional
        Firing threshold, in the unit of the membrane potential.
    n_shown : int
        How many neurons to draw one by one (1..5): those that spike most.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a record does not have one row per tick, or `n_shown` is out of range.
    """
    if not 1 <= n_shown <= len(NEURON_COLOURS):
        raise ValueError(f"n_shown = {n_shown} is outside 1..{len(NEURON_COLOURS)}")
    for name, record in records.items():
        if record.ndim != 2 or len(record) != sample.n_ticks:
            raise ValueError(f"record {name} has shape {record.shape}, not ({sample.n_ticks}, n)")
    panels = Panels(sample, records, groups, _most_active(records, n_shown), threshold)
    rows = {name: row for name, row in PANELS.items() if name == "input" or name in records}
    heights = [height for height, _, _ in rows.values()]
    with style.context(STYLE):
        figure = Picture(7.2, 0.7 + 0.5 * sum(heights))
        column = figure.subplots(len(rows), sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (_, label, draw) in zip(column, rows.values(), strict=True):
            axes.axvspan(sample.target_start, sample.n_ticks, color=SHADE, linewidth=0, zorder=0)
            axes.set_ylabel(label)
            draw(panels, axes)
        column[0].set_title(title, loc="left")
        column[-1].set(xlabel="time (ms)", xlim=(0, sample.n_ticks))
        figure.align_ylabels()
    return figure


def _most_active(records: Mapping[str, NDArray[Any]], n: int) -> list[int]:
    """Return the n neurons that spike most, in ascending order; the first n without spikes on record."""
    sizes = [records[name].shape[1] for name in _NEURON_SIGNALS if name in records]
    spikes = records.get("spike", np.zeros((1, min(sizes, default=0))))
    return sorted(np.argsort(-spikes.sum(axis=0), kind="stable")[:n].tolist())


def curves(
    history: Mapping[str, Sequence[float]], *, chance: float | None = None, title: str = ""
) -> Picture:
    """Show accuracy per epoch, epochs counting from 1.

    Parameters
    ----------
    history : mapping of str to sequence of float
        Accuracy 0..1 of each epoch, by name, such as train and test.
    chance : float, optional
        Accuracy of guessing, drawn as a dashed line.
    title : str

    Raises
    ------
    ValueError
        If an accuracy is outside 0..1.
    """
    with style.context(STYLE):
        figure = Picture(4.8, 3.0)
        axes = figure.subplots()
        if chance is not None:
            axes.axhline(chance, color=PALE, dashes=(4, 3), label="chance")
        for index, (name, values) in enumerate(history.items()):
            _curve(axes, name, values, COLOURS[index % len(COLOURS)])
        axes.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
        axes.set_title(title, loc="left")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.legend(loc="lower right")
    return figure


def _curve(axes: Axes, name: str, values: Sequence[float], colour: str) -> None:
    for value in values:
        if not 0 <= value <= 1:
            raise ValueError(f"accuracy {value} of {name} is outside 0..1")
    last = f"{name}: {values[-1]:.1%}" if len(values) else name
    epochs = range(1, len(values) + 1)
    axes.plot(epochs, values, color=colour, marker="o", markersize=2.5, label=last, clip_on=False)


def weight_histograms(before: Sequence[ArrayLike], after: Sequence[ArrayLike], *, title: str = "") -> Picture:
    """Show how learning changed the distributions of the weights.

    Parameters
    ----------
    before, after : sequence of array_like of int
        w_in, w_rec and w_out.
    title : str

    Raises
    ------
    ValueError
        If there are not three arrays of each, with the same shapes.
    """
    if len(before) != len(_WEIGHTS) or len(after) != len(_WEIGHTS):
        counts = f"{len(before)} arrays of weights before and {len(after)} after"
        raise ValueError(f"{counts} are not {', '.join(_WEIGHTS)}")
    pairs = [(np.asarray(old), np.asarray(new)) for old, new in zip(before, after, strict=True)]
    for name, (old, new) in zip(_WEIGHTS, pairs, strict=True):
        if old.shape != new.shape:
            raise ValueError(f"{name} has shape {old.shape} before and {new.shape} after")
    with style.context(STYLE):
        figure = Picture(7.2, 2.4)
        row = figure.subplots(1, 3)
        for axes, name, colour, (old, new) in zip(row, _WEIGHTS, COLOURS, pairs, strict=False):
            _histogram(axes, old, new, colour)
            axes.set(xlabel="weight", title=name)
        row[0].set_ylabel("synapses")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
    return figure


def _histogram(axes: Axes, old: NDArray[Any], new: NDArray[Any], colour: str) -> None:
    """Draw two histograms over common bins, whole numbers of weight steps wide."""
    low, high = min(old.min(), new.min()), max(old.max(), new.max())
    width = max(1, -(-(high - low + 1) // 40))
    bins = (np.arange(low, high + width + 1, width) - 0.5).tolist()
    axes.hist(old.ravel(), bins, color=PALE, label=f"before (std {old.std():.1f})")
    label = f"after (std {new.std():.1f})"
    axes.hist(new.ravel(), bins, histtype="step", color=colour, linewidth=1.1, label=label)
    axes.margins(y=0.3)
    axes.legend(loc="upper right", handlelength=1.2)
