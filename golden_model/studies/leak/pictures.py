"""Pictures of the study of the leak: realized against requested time constants."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from golden_model.pictures.panels import GREY, INK, PALE, SHADE
from golden_model.pictures.picture import STYLE, Picture
from golden_model.pictures.toolkit import Axes, colormaps, style
from golden_model.studies.leak.axes import (
    FIRST,
    NAMES,
    ROUNDING_COLOURS,
    TIMES,
    chosen_frac_bits,
    decaying,
    like_the_chip,
    select,
    set_ticks,
    states_of,
)
from golden_model.studies.leak.leak import ROUNDINGS, Finding, tau

_DASHES: dict[str, Any] = {"membrane": (None, None), "trace": (3, 1.5)}
_TOO_SOON = 0.8  # of a time constant, which is said to be forgotten too soon below this
_LAST, _NEVER, _TOP = 1.2e6, 6e6, 2e7  # ms: ends of an axis, what stands for never, and beyond


def time_constants(findings: Sequence[Finding]) -> Picture:
    """Show the realized against the requested time constant of the chip's states under every rounding."""
    chosen = like_the_chip(findings)
    with style.context(STYLE):
        figure = Picture(7.2, 4.6)
        axes = figure.subplots()
        _time_axes(axes, chosen[0].row["alpha_frac_bits"])
        axes.set(xlabel="time constant requested", ylabel="time constant realized, from 1/16 of full scale")
        for rounding in ROUNDINGS:
            for state, bits in states_of(chosen):
                of = select(chosen, state=state, state_bits=bits, rounding=rounding)
                _line(axes, of, "tau_small_ms", ROUNDING_COLOURS[rounding], dashes=_DASHES[state])
            _say(axes, rounding, select(chosen, rounding=rounding))
        for state, bits in states_of(chosen):
            axes.plot([], [], color=INK, dashes=_DASHES[state], label=f"{bits}-bit {NAMES[state]}")
        axes.plot([], [], color=PALE, linewidth=5, label="as it should be")
        _mark_chip(axes, select(findings, chip=True))
        axes.legend(loc="lower right")
        axes.set_title(
            "How fast a state is forgotten, against how fast it should be", loc="left", fontsize=11
        )
    return figure


def widths(findings: Sequence[Finding]) -> Picture:
    """Show the realized against the requested time constant from full scale, by width and rounding."""
    frac_bits = chosen_frac_bits(findings)
    shown = select(findings, alpha_frac_bits=frac_bits)
    states = list(dict.fromkeys(finding.row["state"] for finding in shown))
    with style.context(STYLE):
        figure = Picture(7.2, 0.5 + 2.3 * len(states))
        grid = figure.subplots(len(states), len(ROUNDINGS), sharex=True, sharey=True, squeeze=False)
        for row, state in zip(grid, states, strict=True):
            for axes, rounding in zip(row, ROUNDINGS, strict=True):
                _time_axes(axes, frac_bits, fontsize=5)
                _by(axes, select(shown, state=state, rounding=rounding), "state_bits", "tau_realized_ms")
                set_ticks(axes.xaxis, {10: "10 ms", 1e3: "1 s", 1e5: "100 s"})
                for chip in select(shown, state=state, rounding=rounding, chip=True):
                    place = chip.row["tau_requested_ms"], chip.row["tau_realized_ms"]
                    axes.plot(*place, marker="*", markersize=9, color=INK, zorder=5)
                axes.set_title(f"{NAMES[state]}, {rounding}", loc="left", fontsize=8)
            row[0].legend(
                title="bits", loc="upper left", bbox_to_anchor=(0, 0.9), fontsize=6, title_fontsize=6
            )
        figure.supxlabel("time constant requested; star: the chip", fontsize=8)
        figure.supylabel("time constant realized, from full scale", fontsize=8)
    return figure


def alpha_bits(findings: Sequence[Finding]) -> Picture:
    """Show the time constant of the stored leak against the requested one, by fraction bits."""
    first = findings[0].row
    shown = select(findings, **{name: first[name] for name in ("state", "state_bits", "rounding")})
    with style.context(STYLE):
        figure = Picture(4.8, 3.6)
        axes = figure.subplots()
        _time_axes(axes)
        _by(axes, shown, "alpha_frac_bits", "tau_stored_ms")
        axes.set(xlabel="time constant requested", ylabel="time constant of the stored leak")
        axes.legend(title="fraction bits", loc="lower right")
    return figure


def _time_axes(axes: Axes, frac_bits: int | None = None, fontsize: int = 8) -> None:
    """Set axes for time constants: the diagonal is exact, a band on top is for those that never end.

    Where a leak of some fraction bits is stored as 1.0, the axes are shaded.
    """
    axes.set(xscale="log", yscale="log", xlim=(FIRST, _LAST), ylim=(FIRST / 2, _TOP))
    ends = (FIRST, _LAST)
    axes.plot(ends, ends, color=PALE, linewidth=5, zorder=0, solid_capstyle="butt")
    axes.axhspan(_NEVER / 2, _TOP, color=SHADE, linewidth=0, zorder=0)
    set_ticks(axes.xaxis, TIMES)
    set_ticks(axes.yaxis, {**TIMES, _NEVER: "never"})
    first = math.inf if frac_bits is None else tau(1 - 2.0 ** -(frac_bits + 1))
    if first < _LAST:
        axes.axvspan(first, _LAST, color=SHADE, linewidth=0, zorder=0)
        middle = math.sqrt(first * _LAST)
        text = "leak stored\nas 1.0:\nno decay"
        axes.text(middle, 3e3, text, ha="center", va="center", color=GREY, fontsize=fontsize)


def _line(axes: Axes, findings: Sequence[Finding], column: str, colour: Any, **looks: Any) -> None:
    """Draw time constants, those of leaks stored as 1.0 left out."""
    shown = decaying(findings) if column != "tau_stored_ms" else findings
    requested = [finding.row["tau_requested_ms"] for finding in shown]
    realized = [min(finding.row[column], _NEVER) for finding in shown]
    axes.plot(requested, realized, color=colour, marker=".", markersize=3, **{"linewidth": 1.6, **looks})


def _by(axes: Axes, findings: Sequence[Finding], name: str, column: str) -> None:
    """Draw a line for every value of a column, the darker the greater."""
    values = sorted({finding.row[name] for finding in findings})
    shades = colormaps["viridis_r"](np.linspace(0.1, 1, len(values)))
    for value, shade in zip(values, shades, strict=True):
        _line(axes, select(findings, **{name: value}), column, shade, label=f"{value}", linewidth=1.0)


def _say(axes: Axes, rounding: str, findings: Sequence[Finding]) -> None:
    """Write at the lines of a rounding what they do."""
    ratios = [f.row["tau_small_ms"] / f.row["tau_stored_ms"] for f in decaying(findings)]
    if not ratios:
        return
    says = "as requested"
    if max(ratios) == math.inf:
        says = "gets stuck for good"
    elif min(ratios) < _TOO_SOON:
        says = "forgets too soon"
    place = {"floor": (4.5e3, 230), "nearest": (2.3e3, 6e5), "stochastic": (11, 90)}[rounding]
    axes.text(*place, f"{rounding}:\n{says}", color=ROUNDING_COLOURS[rounding], fontsize=11)


def _mark_chip(axes: Axes, chip: Sequence[Finding]) -> None:
    """Mark the chip's setting, if it was tried."""
    for finding in chip:
        place = finding.row["tau_requested_ms"], finding.row["tau_small_ms"]
        axes.plot(*place, marker="*", markersize=15, color=INK, zorder=5)
    if chip:
        realized = ", ".join(f"{finding.row['tau_small_ms']:.0f}" for finding in chip)
        text = f"the chip: 0x7FEF, stochastic\n{place[0]:.0f} ms requested\n{realized} ms realized"
        arrow = {"arrowstyle": "-", "color": INK, "linewidth": 0.6, "relpos": (0, 0)}
        axes.annotate(text, place, (2.3e3, 4.2e4), fontsize=9, arrowprops=arrow)
