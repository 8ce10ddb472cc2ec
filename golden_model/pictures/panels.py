"""The panels of a raster: one per signal, all over the time of one sample."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from golden_model.samples.samples import Sample

# Okabe and Ito's colours, which can be told apart with any colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
NEURON_COLOURS = ("#3B1F6B", "#C2307A", "#E08A1E", "#5B8C5A", "#6B4F3A")
INK, GREY, PALE, SHADE = "#222222", "#8C8C8C", "#C9C9C9", "#F3F0E6"


@dataclass(frozen=True)
class Panels:
    """What all panels of one raster share; each method draws one signal into its axes.

    Attributes
    ----------
    sample : Sample
    records : mapping of str to ndarray, shape (n_ticks, n)
    groups : mapping of str to range
        Input lines by name.
    neurons : sequence of int
        Neurons drawn one by one.
    threshold : float or None
        Firing threshold in the unit of the membrane potential.
    """

    sample: Sample
    records: Mapping[str, NDArray[Any]]
    groups: Mapping[str, range]
    neurons: Sequence[int]
    threshold: float | None

    def input(self, axes: Axes) -> None:
        """Draw the events, one row per line, coloured by group."""
        ticks, lines = self.sample.events.T
        n_lines = max(group.stop for group in self.groups.values())
        for group, colour in zip(self.groups.values(), self.group_colours, strict=True):
            chosen = np.isin(lines, group)
            _spikes(axes, ticks[chosen], lines[chosen], colour, n_lines)
        axes.set_yticks([(group[0] + group[-1]) / 2 for group in self.groups.values()], list(self.groups))
        axes.tick_params(axis="y", length=0)
        _colour_labels(axes, self.group_colours)

    def spike(self, axes: Axes) -> None:
        """Draw the recurrent spikes, one row per neuron."""
        ticks, neurons = np.nonzero(self.records["spike"])
        n_rec = self.records["spike"].shape[1]
        others = ~np.isin(neurons, self.neurons)
        _spikes(axes, ticks[others], neurons[others], INK, n_rec)
        for neuron, colour in zip(self.neurons, NEURON_COLOURS, strict=False):
            _spikes(axes, ticks[neurons == neuron], neurons[neurons == neuron], colour, n_rec)

    def membrane(self, axes: Axes) -> None:
        """Draw potentials below each other, with the threshold and a stroke for each spike."""
        potentials = self.records["membrane"][:, self.neurons].astype(float)
        top = potentials.max(initial=0) if self.threshold is None else self.threshold
        low, stroke = potentials.min(initial=0), 0.6 * (top or 1)
        pitch = 1.1 * (top + stroke - low)
        offsets = [-index * pitch for index in range(len(self.neurons))]
        for potential, neuron, offset, colour in zip(
            potentials.T, self.neurons, offsets, NEURON_COLOURS, strict=False
        ):
            if self.threshold is not None:
                axes.axhline(offset + self.threshold, color=PALE, linewidth=0.6, dashes=(4, 3), zorder=1)
            axes.plot(potential + offset, color=colour, linewidth=0.7)
            if "spike" in self.records:
                fired = np.flatnonzero(self.records["spike"][:, neuron])
                axes.vlines(fired, offset + top, offset + top + stroke, color=colour, linewidth=0.7)
        axes.set_yticks(offsets, [f"neuron {neuron}" for neuron in self.neurons])
        axes.tick_params(axis="y", length=0)
        _colour_labels(axes, NEURON_COLOURS)

    def trace_in(self, axes: Axes) -> None:
        """Draw the mean input trace of each group."""
        for group, colour in zip(self.groups.values(), self.group_colours, strict=True):
            axes.plot(self.records["trace_in"][:, list(group)].mean(axis=1), color=colour)

    def lines(self, axes: Axes, name: str) -> None:
        """Draw a signal of the chosen neurons."""
        for neuron, colour in zip(self.neurons, NEURON_COLOURS, strict=False):
            axes.plot(self.records[name][:, neuron], color=colour)

    def outputs(self, axes: Axes, name: str) -> None:
        """Draw a signal of all readouts."""
        axes.axhline(0, color=PALE, linewidth=0.6, zorder=1)
        for index, values in enumerate(self.records[name].T):
            axes.plot(values, color=COLOURS[index % len(COLOURS)], label=f"{name} {index}")
        if self.records[name].shape[1] <= len(COLOURS):
            low, high = axes.get_ylim()
            axes.set_ylim(low, high + 0.3 * (high - low))
            axes.legend(loc="upper left", ncols=len(COLOURS), borderpad=0, handlelength=1.2)

    @property
    def group_colours(self) -> list[str]:
        """One colour per group, grey for noise."""
        return [
            GREY if name == "noise" else COLOURS[index % len(COLOURS)]
            for index, name in enumerate(self.groups)
        ]


# Signal: relative height, label, how it is drawn.
PANELS: Mapping[str, tuple[float, str, Callable[[Panels, Axes], None]]] = {
    "input": (3.0, "input", Panels.input),
    "spike": (3.0, "recurrent\nneurons", Panels.spike),
    "membrane": (3.0, "membrane\npotential", Panels.membrane),
    "trace_in": (1.3, "input\ntrace", Panels.trace_in),
    "trace_rec": (1.3, "recurrent\ntrace", lambda panels, axes: panels.lines(axes, "trace_rec")),
    "trace_out": (1.3, "output\ntrace", lambda panels, axes: panels.lines(axes, "trace_out")),
    "readout": (1.6, "readout", lambda panels, axes: panels.outputs(axes, "readout")),
    "error": (1.6, "error", lambda panels, axes: panels.outputs(axes, "error")),
    "learning_signal": (1.6, "learning\nsignal", lambda panels, axes: panels.lines(axes, "learning_signal")),
}


def _spikes(axes: Axes, ticks: NDArray[Any], rows: NDArray[Any], colour: str, n_rows: int) -> None:
    """Draw a stroke per spike, as high as its row but never too small to see, with row 0 on top."""
    half = max(0.45, n_rows / 120)
    axes.vlines(ticks, rows - half, rows + half, color=colour, linewidth=0.7)
    axes.set_ylim(n_rows - 0.5, -0.5)


def _colour_labels(axes: Axes, colours: Sequence[str]) -> None:
    for label, colour in zip(axes.get_yticklabels(), colours, strict=False):
        label.set_color(colour)
