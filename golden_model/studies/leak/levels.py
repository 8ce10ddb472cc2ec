"""Pictures of the study of the leak: decays over ten seconds, dead zones, drift."""

import math
from collections.abc import Sequence

from golden_model.pictures.panels import INK, PALE
from golden_model.pictures.picture import STYLE, Picture
from golden_model.pictures.toolkit import Axes, PercentFormatter, style
from golden_model.studies.leak.axes import (
    FIRST,
    NAMES,
    ROUNDING_COLOURS,
    TIMES,
    chosen_frac_bits,
    decaying,
    like_the_chip,
    mark_chip_line,
    select,
    set_ticks,
    states_of,
)
from golden_model.studies.leak.decay import TICKS
from golden_model.studies.leak.leak import CHIP_ALPHA, ROUNDINGS, Finding, tau


def courses(findings: Sequence[Finding]) -> Picture:
    """Show 10 s of decay from full scale, under every rounding and as it should be."""
    chosen = like_the_chip(findings)
    alpha = min((finding.row["alpha"] for finding in chosen), key=lambda alpha: abs(alpha - CHIP_ALPHA))
    states = states_of(chosen)
    with style.context(STYLE):
        figure = Picture(7.2, 2.9)
        row = figure.subplots(1, len(states), squeeze=False)[0]
        for axes, (state, bits) in zip(row, states, strict=True):
            for finding in select(chosen, state=state, state_bits=bits, alpha=alpha):
                _course(axes, finding)
            axes.set(xlabel="time (s)", xlim=(0, TICKS / 1000), ylim=(0, None))
            axes.set_title(f"{bits}-bit {NAMES[state]}, {tau(alpha):.0f} ms requested", loc="left")
        row[0].set_ylabel("state")
        row[0].legend(loc="upper right")
    return figure


def dead_zones(findings: Sequence[Finding]) -> Picture:
    """Show below which level a decay stops, or goes on in whole steps."""
    frac_bits = chosen_frac_bits(findings)
    widest = max(findings, key=lambda finding: finding.row["state_bits"]).row
    shown = select(findings, alpha_frac_bits=frac_bits, **{n: widest[n] for n in ("state", "state_bits")})
    with style.context(STYLE):
        figure = Picture(7.2, 3.8)
        axes = figure.subplots()
        for rounding, column, label in (
            (
                "floor",
                "jump_high",
                "floor: a positive state loses a whole step per tick, a negative one stops",
            ),
            ("nearest", "dead_zone_high", "nearest: a state of either sign stops"),
            ("stochastic", "jump_high", "stochastic: no state stops, 1 becomes 0 at once"),
        ):
            of = decaying(select(shown, rounding=rounding))
            levels = [finding.row[column] for finding in of]
            taus = [finding.row["tau_stored_ms"] for finding in of]
            axes.plot(taus, levels, color=ROUNDING_COLOURS[rounding], label=label, marker=".", markersize=3)
        for state, bits in states_of(like_the_chip(findings)):
            high = 2 ** (bits - (state == "membrane"))
            axes.axhline(high, color=PALE, linewidth=0.8, zorder=0)
            axes.text(FIRST * 1.1, high * 1.1, f"full scale of a {bits}-bit {NAMES[state]}", fontsize=7)
        mark_chip_line(axes)
        axes.annotate("the chip's 0x7FEF", (tau(CHIP_ALPHA), 1.4), (4, 0), textcoords="offset points")
        axes.set(xscale="log", yscale="log", xlabel="time constant of the stored leak", xlim=(FIRST, None))
        axes.set(ylabel="level (raw, units of the last place)", ylim=(0.7, None))
        set_ticks(axes.xaxis, TIMES)
        set_ticks(axes.yaxis, {10.0**n: f"{10**n:,}" for n in range(7)})
        figure.legend(loc="outside upper left", title="at and below the line", alignment="left")
    return figure


def drift(findings: Sequence[Finding]) -> Picture:
    """Show how far the mean of a state strays in 10 s, and how far its neurons spread."""
    chosen = like_the_chip(findings)
    states = states_of(chosen)
    with style.context(STYLE):
        figure = Picture(7.2, 3.9)
        grid = figure.subplots(2, len(states), sharex=True, squeeze=False)
        for column, (state, bits) in zip(grid.T, states, strict=True):
            scale = 2 ** (bits - (state == "membrane"))
            for rounding in ROUNDINGS:
                of = decaying(select(chosen, state=state, state_bits=bits, rounding=rounding))
                taus = [finding.row["tau_stored_ms"] for finding in of]
                means = [finding.row["mean_drift"] / scale for finding in of]
                spread = [math.sqrt(finding.row["variance"]) / scale for finding in of]
                for axes, values in zip(column, (means, spread), strict=True):
                    axes.plot(
                        taus,
                        values,
                        color=ROUNDING_COLOURS[rounding],
                        marker=".",
                        markersize=4,
                        label=rounding,
                    )
                    axes.yaxis.set_major_formatter(PercentFormatter(1))
            for axes in column:
                axes.set(xscale="log", xlim=(FIRST, None))
                set_ticks(axes.xaxis, TIMES)
                mark_chip_line(axes)
            column[0].set_title(f"{bits}-bit {NAMES[state]}", loc="left")
        grid[0, 0].set_ylabel("drift of the mean\n(of full scale)")
        grid[1, 0].set_ylabel("standard deviation\n(of full scale)")
        grid[0, 0].legend(loc="lower left")
        figure.supxlabel("time constant of the stored leak; dotted: the chip's 0x7FEF", fontsize=8)
    return figure


def _course(axes: Axes, finding: Finding) -> None:
    """Draw a decay, and with that of stochastic rounding the exact one."""
    rounding, seconds = finding.row["rounding"], finding.ticks / 1000
    axes.plot(seconds, finding.mean, color=ROUNDING_COLOURS[rounding], label=rounding, linewidth=1.3)
    if rounding == "stochastic":
        low, high = finding.mean - finding.deviation, finding.mean + finding.deviation
        axes.fill_between(seconds, low, high, color=ROUNDING_COLOURS[rounding], alpha=0.25, linewidth=0)
        axes.plot(seconds, finding.exact, color=INK, dashes=(1, 1.5), label="exact")
