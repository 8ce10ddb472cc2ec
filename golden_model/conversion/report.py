"""What a conversion to fixed point changes: as a table, as JSON, as a picture."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golden_model.conversion.float_network import FloatArray, leak_of

if TYPE_CHECKING:
    from rich.table import Table

    from golden_model.pictures.picture import Picture
    from golden_model.pictures.toolkit import Axes

_SHOWN = 3.0  # time constants
_MANY = 0.05  # of the weights that are not 0


@dataclass(frozen=True)
class WeightReport:
    """One array of weights; errors and arrays in the unit of the network's potential.

    Attributes
    ----------
    name : str
    fp_loc : int
        Left shift 0..7.
    count, clipped : int
        Weights in all, and those beyond the ends of their format.
    lost : int
        Weights other than 0 that became 0.
    largest : int
        Greatest magnitude of an integer weight.
    max_error, rms_error : float
        Of the jump that a weight makes.
    relative_error : float
        Ratio of the rms error to the rms of the weights.
    requested, realized : float array
        The jumps.
    """

    name: str
    fp_loc: int
    count: int
    clipped: int
    lost: int
    largest: int
    max_error: float
    rms_error: float
    relative_error: float
    requested: FloatArray
    realized: FloatArray


@dataclass(frozen=True)
class ValueReport:
    """A time constant or threshold: least and greatest of all neurons, and the greatest relative error.

    `realized` is what is left of the register at the widths of the configuration.
    """

    name: str
    unit: str
    requested: tuple[float, float]
    register: str
    raw: tuple[int, int]
    realized: tuple[float, float]
    relative_error: float


@dataclass(frozen=True)
class Report:
    """What a conversion chose and changed.

    Attributes
    ----------
    scale : float
        Potential of the core per unit of the network's.
    dt : float
        Duration of a tick in ms.
    reset : str
    weights : tuple of WeightReport
    values : tuple of ValueReport
    spikes_above : bool
        Neurons of the network spike above their threshold, the core's at the next potential.
    """

    scale: float
    dt: float
    reset: str
    weights: tuple[WeightReport, ...]
    values: tuple[ValueReport, ...]
    spikes_above: bool = False

    def remarks(self) -> list[str]:
        """Return what a user should know, a sentence each.

        That is an array of which five percent or more become 0, but not all; and a reset by subtraction of
        other than the network's threshold, where neurons spike above theirs.
        """
        return [*self._lost_weights(), *self._changed_reset()]

    def _lost_weights(self) -> Iterator[str]:
        for row in self.weights:
            count = int(np.count_nonzero(row.requested))
            if _MANY * count <= row.lost < count:
                yield f"{row.lost} of {count} weights of {row.name} become 0 at fp_loc = {row.fp_loc}"

    def _changed_reset(self) -> Iterator[str]:
        threshold = self.values[-1]
        if self.spikes_above and self.reset == "subtract" and threshold.relative_error:
            yield (
                f"a spike subtracts {_span(threshold.realized)} in place of {_span(threshold.requested)}, "
                "since neurons spike above their threshold, and the core's at it"
            )

    def to_json(self) -> str:
        """Return the report as JSON, without the arrays; infinite numbers are null."""
        content = dataclasses.asdict(self)
        for weights in content["weights"]:
            del weights["requested"], weights["realized"]
        return json.dumps(_finite(content), indent=1) + "\n"


def report_value(name: str, unit: str, requested: Any, register: str, raw: Any, realized: Any) -> ValueReport:
    """Compare what was requested of neurons with what is realized."""
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where(requested == realized, 0, np.abs(realized - requested) / np.abs(requested))
    ends = [(np.min(values).item(), np.max(values).item()) for values in (requested, raw, realized)]
    error = float(np.where(np.isnan(errors), np.inf, errors).max())
    return ValueReport(name, unit, ends[0], register, ends[1], ends[2], error)


def tables(report: Report) -> "tuple[Table, Table]":
    """Return the report as a table of values and one of weights, for rich."""
    from rich.table import Table

    style: dict[str, Any] = {"box": None, "pad_edge": False, "header_style": "bold"}
    values = Table("value", "requested", "register", "realized", "error", **style)
    for value in report.values:
        unit = f" {value.unit}" if value.unit else ""
        register = f"{value.register} {_span(value.raw)}"
        error = f"{value.relative_error:.2%}"
        values.add_row(
            value.name, _span(value.requested) + unit, register, _span(value.realized) + unit, error
        )
    values.add_row("dt", f"{report.dt:g} ms", "", "", "")
    values.add_row("reset", report.reset, "", "", "")
    if report.spikes_above:
        values.add_row("spikes", "above threshold", "", "at threshold", "")
    values.add_row("scale", f"{report.scale:g}", "", "", "")
    counts, measures = ("largest", "clipped", "lost"), ("max error", "rms error", "relative")
    weights = Table("weights", "fp_loc", *counts, *measures, **style)
    for row in report.weights:
        errors = (f"{row.max_error:.3g}", f"{row.rms_error:.3g}", f"{row.relative_error:.2%}")
        clipped = f"{row.clipped} of {row.count}"
        weights.add_row(row.name, str(row.fp_loc), str(row.largest), clipped, str(row.lost), *errors)
    return values, weights


def picture(report: Report, title: str = "") -> "Picture":
    """Show requested against realized weights, and how potentials decay."""
    from golden_model.pictures.panels import COLOURS
    from golden_model.pictures.picture import STYLE, Picture
    from golden_model.pictures.toolkit import style

    with style.context(STYLE):
        figure = Picture(9.0, 2.6)
        *panels, last = figure.subplots(1, len(report.weights) + 1)
        for axes, weights, colour in zip(panels, report.weights, COLOURS, strict=False):
            _weights(axes, weights, colour)
        _decays(last, report, COLOURS)
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
    return figure


def _weights(axes: "Axes", weights: WeightReport, colour: str) -> None:
    from golden_model.pictures.panels import PALE

    wanted, made = weights.requested.ravel(), weights.realized.ravel()
    ends = [wanted.min(), wanted.max()]
    axes.plot(ends, ends, color=PALE, linewidth=0.6, zorder=1)
    axes.plot(wanted, made, ".", color=colour, markersize=1.5, rasterized=True)
    axes.set(xlabel="requested", ylabel="realized")
    label = f"fp_loc {weights.fp_loc}, rms error {weights.relative_error:.2%}"
    counts = f"{weights.clipped} clipped, {weights.lost} lost"
    axes.set_title(f"{weights.name}: {label}\n{counts}", loc="left", fontsize=7)


def _decays(axes: "Axes", report: Report, colours: tuple[str, ...]) -> None:
    from golden_model.pictures.panels import PALE

    taus = [value for value in report.values if value.name.startswith("tau")]
    finite = [value.requested[1] for value in taus if 0 < value.requested[1] < np.inf]
    time = np.geomspace(report.dt, max(_SHOWN * max(finite, default=0), 10 * report.dt), 200)
    for value, colour in zip(taus, colours[3:], strict=False):
        wanted, made = value.requested[1], value.realized[1]
        label = f"{value.name}\n{wanted:.4g} ms, is {made:.4g} ms"
        axes.plot(time, leak_of(wanted, time), color=PALE, linewidth=2.5)
        axes.plot(time, leak_of(made, time), color=colour, label=label)
    axes.set(xlabel="time (ms)", ylabel="potential", xscale="log", ylim=(0, 1.9), yticks=(0, 0.5, 1))
    axes.xaxis.set_major_formatter("{x:g}")  # the default writes formulas
    axes.set_title("decay (grey: requested)", loc="left", fontsize=7)
    axes.legend(loc="upper right")


def _span(ends: tuple[float, float]) -> str:
    low, high = (f"{end:.6g}" for end in ends)
    return low if low == high else f"{low}..{high}"


def _finite(content: Any) -> Any:
    """Return content with None in place of infinite numbers, which JSON does not have."""
    if isinstance(content, dict):
        return {name: _finite(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not np.isfinite(content) else content
