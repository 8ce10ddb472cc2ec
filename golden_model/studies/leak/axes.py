"""What the pictures of the study of the leak share: which findings they show, and their axes."""

from collections.abc import Mapping, Sequence
from typing import Any

from golden_model.pictures.panels import COLOURS, GREY
from golden_model.pictures.toolkit import Axes, Axis, NullLocator
from golden_model.studies.leak.decay import State
from golden_model.studies.leak.leak import CHIP_ALPHA, CHIP_BITS, CHIP_FRAC_BITS, Finding, tau

# Colours by rounding, names by state.
ROUNDING_COLOURS = {"floor": COLOURS[1], "nearest": COLOURS[0], "stochastic": COLOURS[2]}
NAMES = {"membrane": "membrane potential", "trace": "eligibility trace"}
FIRST = 8  # ms: where axes of time constants begin
TIMES = {10: "10 ms", 100: "100 ms", 1e3: "1 s", 1e4: "10 s", 1e5: "100 s", 1e6: "1000 s"}


def like_the_chip(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings at the chip's widths, or at the greatest ones where those are missing."""
    shown = select(findings, alpha_frac_bits=chosen_frac_bits(findings))
    chosen: list[Finding] = []
    for state, width in CHIP_BITS.items():
        of_state = select(shown, state=state)
        bits = {finding.row["state_bits"] for finding in of_state}
        chosen += select(of_state, state_bits=width if width in bits else max(bits, default=0))
    return chosen


def chosen_frac_bits(findings: Sequence[Finding]) -> int:
    """Return the chip's fraction bits, or the greatest ones where those are missing."""
    bits = {finding.row["alpha_frac_bits"] for finding in findings}
    return CHIP_FRAC_BITS if CHIP_FRAC_BITS in bits else max(bits)


def select(findings: Sequence[Finding], **values: Any) -> list[Finding]:
    """Return the findings whose columns have some values."""
    return [
        finding for finding in findings if all(finding.row[name] == value for name, value in values.items())
    ]


def states_of(findings: Sequence[Finding]) -> list[tuple[State, int]]:
    """Return the states and widths that there are."""
    return list(dict.fromkeys((finding.row["state"], finding.row["state_bits"]) for finding in findings))


def decaying(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings whose leak is not stored as 1.0."""
    return [finding for finding in findings if finding.row["alpha_stored"] < 1]


def set_ticks(axis: Axis, labels: Mapping[float, str]) -> None:
    """Set the ticks of an axis within its limits."""
    low, high = axis.get_view_interval()
    shown = {place: label for place, label in labels.items() if low <= place <= high}
    axis.set_ticks(list(shown), labels=list(shown.values()))
    axis.set_minor_locator(NullLocator())


def mark_chip_line(axes: Axes) -> None:
    """Draw the time constant of the chip's leak."""
    axes.axvline(tau(CHIP_ALPHA), color=GREY, dashes=(1, 1.5), zorder=0)
