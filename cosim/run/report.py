"""Reports for people and programs: a table of the first difference, and all of it as JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from cosim.lockstep.words import OF_WEIGHTS
from cosim.run.job import Report
from golden_model.console.screen import make_console
from golden_model.files.files import write_atomically


def show(report: Report, command: Callable[[], str]) -> None:
    """Print a report; of a difference also the command that shows it again, and in lock step a table."""
    print(report, flush=True)
    if report.equal:
        return
    console = make_console()
    if report.mismatch is not None:
        console.print(_table(report.mismatch))
        console.print("The last words before it:", *report.mismatch["before"], sep="\n    ", soft_wrap=True)
    console.print(f"Again: {command()}", soft_wrap=True)


def _table(mismatch: dict[str, Any]) -> Table:
    place = mismatch["place"]
    table = Table(title="First difference", title_justify="left", show_header=False)
    rows = {
        "sample, tick, cycle": f"{mismatch['sample']}, {mismatch['tick']}, {mismatch['cycle']}",
        "phase": place["phase"],
        **({"presynaptic": str(place["pre"])} if place["phase"] in OF_WEIGHTS else {}),
        "word, lane": f"{place['word']}, {mismatch['lane']}",
        "signal": f"{mismatch['signal']}[{mismatch['number']}]",
        "expected": _value(mismatch["expected"], mismatch["expected_real"]),
        "got": _value(mismatch["got"], mismatch["got_real"]),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _value(raw: int | None, real: float | None) -> str:
    if raw is None:
        return "nothing"
    return str(raw) if real is None else f"{raw} ({real:.6g})"


def check(path: Path) -> None:
    """Raise an OSError, before all the work, if no report can be written there."""
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")


def write(path: Path, reports: Sequence[Report]) -> None:
    """Write reports as JSON, whole or not at all."""
    write_atomically(path, json.dumps([asdict(report) for report in reports], indent=1).encode() + b"\n")
