"""Pictures of a profile: the use of words, the probabilities of steps, losses, accuracy by width."""

from collections.abc import Mapping

import numpy as np

from golden_model.pictures.panels import COLOURS, GREY, INK, PALE, SHADE
from golden_model.pictures.picture import STYLE, Picture
from golden_model.pictures.toolkit import Axes, MaxNLocator, PercentFormatter, style
from golden_model.profiling.search import Search, Trial
from golden_model.profiling.signals import Loss, Use
from golden_model.profiling.updates import Updates

_COLUMNS = 4


def signals(uses: Mapping[str, Use]) -> Picture:
    """Show how often the leading bit of every signal's magnitude stands where in its word.

    Positive values point up, negative ones down; bits that are never used are shaded.
    """
    with style.context(STYLE):
        figure, panels = _grid(len(uses), 1.7)
        for axes, (name, use) in zip(panels, uses.items(), strict=True):
            _use(axes, use)
            axes.set_title(f"{name}\n{use.zeros / max(use.count, 1):.0%} zero", loc="left", fontsize=8)
        figure.supxlabel("position of the leading bit", fontsize=8)
        figure.supylabel("share of values", fontsize=8)
    return figure


def updates(arrays: Mapping[str, Updates]) -> Picture:
    """Show the probabilities with which the weights of every array step, of changes that are not 0."""
    with style.context(STYLE):
        figure = Picture(7.2, 2.4)
        row = figure.subplots(1, len(arrays), squeeze=False)[0]
        for axes, (name, of_array), colour in zip(row, arrays.items(), COLOURS, strict=False):
            share = of_array.counts / max(of_array.count, 1)
            axes.bar(-np.arange(of_array.bits) - 0.5, share, width=0.9, color=colour)
            axes.set_title(f"{name} ({of_array.zeros / max(of_array.count, 1):.0%} no change)", loc="left")
            axes.set(xlim=(-of_array.bits, 0), xlabel="log2 of the probability of a step")
            axes.yaxis.set_major_formatter(PercentFormatter(1))
        row[0].set_ylabel("share of changes")
    return figure


def losses(of_signals: Mapping[str, Loss], uses: Mapping[str, Use]) -> Picture:
    """Show the significant bits of every signal, and how many its word has; of weights those of a change."""
    names = list(of_signals)
    with style.context(STYLE):
        figure = Picture(7.2, 3.2)
        axes = figure.subplots()
        axes.barh(names, [uses[name].format.bits for name in names], color=SHADE, label="width of the word")
        axes.barh(names, [of_signals[name].bits or 0.0 for name in names], height=0.5, color=COLOURS[0])
        for row, loss in enumerate(of_signals.values()):
            text = ("exact" if loss.error == 0 else "-") if loss.bits is None else f"{loss.bits:.1f}"
            axes.text(max(loss.bits or 0.0, 0.0) + 0.1, row, text, va="center", fontsize=7)
        axes.axvline(0, color=INK, linewidth=0.6)
        axes.invert_yaxis()
        axes.set(xlabel="significant bits: log2(rms of the reference / rms of the difference)")
        axes.legend(loc="lower right")
    return figure


def widths(search: Search) -> Picture:
    """Show the test accuracy of every field by its width, all others as in the run, and what is suggested."""
    with style.context(STYLE):
        figure, panels = _grid(len(search.single), 1.7)
        for axes, (name, trials) in zip(panels, search.single.items(), strict=True):
            _trials(axes, name, [search.own, *trials], search)
            axes.set_title(name, loc="left")
        figure.supxlabel("width", fontsize=8)
        figure.supylabel("test accuracy", fontsize=8)
    return figure


def _grid(n_panels: int, height: float) -> tuple[Picture, list[Axes]]:
    """Return a figure of rows of panels."""
    rows = -(-n_panels // _COLUMNS)
    figure = Picture(7.2, height * rows + 0.3)
    panels = figure.subplots(rows, _COLUMNS, squeeze=False).ravel().tolist()
    for axes in panels[n_panels:]:
        axes.remove()
    return figure, panels[:n_panels]


def _use(axes: Axes, use: Use) -> None:
    """Draw the histogram of one signal."""
    bits, total = np.arange(use.format.bits), max(use.count, 1)
    axes.axvspan(use.format.bits - use.top_unused - 0.5, use.format.bits - 0.5, color=SHADE, linewidth=0)
    axes.axvspan(-0.5, use.low_unused - 0.5, color=SHADE, linewidth=0)
    axes.bar(bits, use.positive / total, width=0.9, color=COLOURS[0])
    axes.bar(bits, -use.negative / total, width=0.9, color=COLOURS[1])
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.set_xlim(-0.5, use.format.bits - 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter(lambda share, _: f"{abs(100 * share):.3g}%")


def _trials(axes: Axes, name: str, trials: list[Trial], search: Search) -> None:
    """Draw the accuracies of one field."""
    scores = [(getattr(trial.config, name), trial.scores, trial.accuracy) for trial in trials if trial.scores]
    if search.own.accuracy is not None:
        axes.axhline(search.own.accuracy - search.tolerance, color=PALE, dashes=(4, 3))
    axes.axvline(getattr(search.suggestion.config, name), color=COLOURS[2], linewidth=3, alpha=0.3)
    for width, of_repeats, _ in scores:
        axes.plot([width] * len(of_repeats), of_repeats, ".", color=GREY, markersize=2)
    points = [(width, accuracy) for width, _, accuracy in scores if accuracy is not None]
    axes.plot(*zip(*points, strict=True), color=COLOURS[0], marker="o", markersize=2.5)
    axes.set_ylim(0, 1.05)
    all_widths = [getattr(trial.config, name) for trial in trials]
    axes.set_xlim(min(all_widths) - 0.5, max(all_widths) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
