"""`python -m tests.bench`: measure the golden model, print tables and write build/bench.json."""

import json
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import measurements, workloads
from tests.bench.timing import Section
from tests.bench.widths import widths

OUTPUT = Path(__file__).parents[2] / "build" / "bench.json"
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
    data, published = workloads.task_data()
    console.print("Data:", "published" if published else "generated, the published ones are not there")
    sections: list[Section] = []
    measures: list[Callable[[], list[Section]]] = [
        lambda: measurements.speed(data),
        lambda: widths(data),
        lambda: measurements.parallel(data),
        measurements.processes,
        measurements.growth,
    ]
    for measure in measures:
        for section in measure():
            sections.append(section)
            console.print(table_of(section), "")
    content = {s.title: [dict(zip(s.columns, row, strict=True)) for row in s.rows] for s in sections}
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"environment": environment(), "figures": content}, indent=1) + "\n")
    console.print(f"All figures are in {OUTPUT}")


if __name__ == "__main__":
    main()
