"""The report of the study of the leak: what its pictures and its table mean, and a summary."""

import math
import platform
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numba
import numpy as np

import golden_model
from golden_model.network.registers import SOURCE_SEEDS
from golden_model.pictures.picture import Picture
from golden_model.studies.leak.axes import like_the_chip
from golden_model.studies.leak.decay import RUNS, SMALL, TICKS
from golden_model.studies.leak.leak import CHIP_ALPHA, COLUMNS, Finding, tau
from golden_model.studies.leak.levels import courses, dead_zones, drift
from golden_model.studies.leak.pictures import alpha_bits, time_constants, widths
from golden_model.studies.page.page import Illustration, Page

_CAPTIONS: dict[Callable[[Sequence[Finding]], Picture], str] = {
    time_constants: (
        "Ticks of 1 ms until a state has fallen to 1/e, from a sixteenth of full scale, against the time"
        " constant that was asked for. The grey diagonal is exact; on top a state never falls so far."
    ),
    courses: ("Ten seconds from full scale with the chip's leak; stochastic: mean and standard deviation."),
    widths: "As the first picture, from full scale and for every width.",
    dead_zones: (
        "Levels at which decay stops or goes on in whole steps. They depend on the leak alone: a wider state"
        " has the same dead zone, which is a smaller part of its range."
    ),
    drift: (
        "The mean over neurons from full scale, minus the exact decay of the stored leak: the greatest"
        " difference in ten seconds. Below, the greatest standard deviation between neurons."
    ),
    alpha_bits: ("What the fraction bits of a leak make of its time constant, before any state is rounded."),
}


def make_page(findings: Sequence[Finding], command: str) -> Page:
    """Return the page of the study."""
    pictures = [Illustration(draw.__name__, caption, draw(findings)) for draw, caption in _CAPTIONS.items()]
    return Page(
        title="How states leak",
        command=command,
        summary=summary(findings),
        pictures=pictures,
        columns=COLUMNS,
        rows=[finding.row for finding in findings],
        facts={**_facts(), **_meanings()},
    )


def summary(findings: Sequence[Finding]) -> str:
    """Say what became of the time constant that is closest to the chip's, at the chip's widths."""
    chosen = like_the_chip(findings)
    closest = min((finding.row["alpha"] for finding in chosen), key=lambda alpha: abs(alpha - CHIP_ALPHA))
    rows = [finding.row for finding in chosen if finding.row["alpha"] == closest]
    sentences = [f"{tau(closest):.0f} ms were asked for, from a sixteenth of full scale."]
    for name in dict.fromkeys(f"{row['state_bits']}-bit {row['state']}" for row in rows):
        of_state = [row for row in rows if f"{row['state_bits']}-bit {row['state']}" == name]
        realized = ", ".join(f"{row['rounding']} {_time(row['tau_small_ms'])}" for row in of_state)
        zones = ", ".join(f"{row['rounding']} {_zone(row)}" for row in of_state)
        sentences.append(f"{name}: {realized}; states that stay for ever: {zones}.")
    return " ".join(sentences)


def _time(ticks: float) -> str:
    return "never" if math.isinf(ticks) else f"{ticks:.0f} ms"


def _zone(row: Mapping[str, Any]) -> str:
    """Return the dead zone."""
    low, high = row["dead_zone_low"], row["dead_zone_high"]
    return f"{low}..{high}" if low < high else "only 0"


def _facts() -> dict[str, str]:
    """Return versions, and what the random sources began with."""
    seeds = {name: f"{SOURCE_SEEDS[name]:#x}" for name in ("seed_strnd_neur", "seed_strnd_tinp")}
    return {
        "eprop-core": golden_model.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        **seeds,
        "neurons": f"{RUNS} from each start with stochastic rounding; floor and nearest draw nothing",
        "duration": f"{TICKS} ticks of 1 ms; longer for time constants that are not reached by then",
    }


def _meanings() -> dict[str, str]:
    """Say what the columns mean; levels, means and variances are raw."""
    return {
        "tau_realized_ms": "from full scale to 1/e of it, the mean of all neurons",
        "tau_small_ms": f"from 1/{SMALL} of full scale, which is 1.0 of a membrane potential",
        "tau_negative_ms": "from the least potential",
        "dead_zone": "states low..high stay as they are for ever; of the positive ones all but 1",
        "jump": "least and greatest state that always loses a whole step where less than one is due",
        "mean_drift": "mean minus exact decay of the stored leak, where it is greatest, and after 10 s",
        "variance": "between neurons, where it is greatest, and after 10 s",
    }
