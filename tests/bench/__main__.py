"""`python -m tests.bench [NAME ...]`: measure, print tables and write build/bench.json.

The measurements are speed, widths, parallel, processes and growth of the golden model; area and cycles of
the circuit; lockstep, what comparing every word costs; pins, whole samples through the pins of the chip;
studies, the cost of their harness; shares, the circuit's area by module, which is only measured when named.
"""

import json
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from golden_model.network.names import closest
from tests.bench import area, measurements
from tests.bench.cycles import count_cycles
from tests.bench.lockstep import lock_step
from tests.bench.pins import through_pins
from tests.bench.studies import studies
from tests.bench.timing import Section
from tests.bench.widths import widths
from tests.helpers.places import ROOT
from tests.helpers.task_data import task_data

OUTPUT = ROOT / "build" / "bench.json"
WIDTH = 100  # of tables that do not go to a terminal


def table_of(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left")
    for number, column in enumerate(section.columns):
        table.add_column(column, justify="right" if number else "left")
    for row in section.rows:
        table.add_row(*(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row))
    return table


def environment() -> dict[str, object]:
    """Return what the figures depend on beside the code."""
    packages = {name: version(name) for name in ("numpy", "numba")}
    return {"python": platform.python_version(), "processors": os.cpu_count(), **packages}


def main() -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    data, published = task_data()
    console.print("Data:", "published" if published else "generated, the published ones are not there")
    sections: list[Section] = []
    measures: dict[str, Callable[[], list[Section]]] = {
        "speed": lambda: measurements.speed(data),
        "widths": lambda: widths(data),
        "parallel": lambda: measurements.parallel(data),
        "processes": measurements.processes,
        "growth": measurements.growth,
        "area": area.area,
        "cycles": lambda: count_cycles(data),
        "lockstep": lambda: lock_step(data),
        "pins": through_pins,
        "studies": studies,
        "shares": area.shares,
    }
    names = sys.argv[1:] or [name for name in measures if name != "shares"]
    for name in names:
        if name not in measures:
            sys.exit(f"unknown measurement {name!r}{closest(name, measures)}")
    for name in names:
        for section in measures[name]():
            sections.append(section)
            console.print(table_of(section), "")
    content = {s.title: [dict(zip(s.columns, row, strict=True)) for row in s.rows] for s in sections}
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"environment": environment(), "figures": content}, indent=1) + "\n")
    console.print(f"All figures are in {OUTPUT}")


if __name__ == "__main__":
    main()
