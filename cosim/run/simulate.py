"""Launching the simulator: recordings go in as a job, reports come back line by line."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cocotb_tools.runner import get_runner

from cosim.run.job import Job, Report
from rtl.delivery.verilog import TOP

JOB, REPORTS, RESULTS = "job.json", "reports.jsonl", "results.xml"


def simulate(job: Job, folder: Path, simulator: str) -> Iterator[Report]:
    """Run a job on the circuit compiled in a folder and yield a report for each recording.

    A circuit that did something else than recorded is started anew for the recordings that follow.
    """
    left = list(job.vectors)
    while left:
        reports = _reports(replace(job, vectors=left), folder, simulator)
        if not reports:
            reports = [Report("", 0, f"the simulation ended without a report, see {folder / 'test.log'}")]
        for path, report in zip(left, reports, strict=False):
            yield replace(report, vector=str(path))
        left = left[len(reports) :]


def run_bench(
    bench: str | Sequence[str], folder: Path, simulator: str, *, top: str = TOP, **environment: str
) -> None:
    """Run the cocotb tests of modules on the circuit compiled in a folder, which gets cocotb's RESULTS.

    Raises
    ------
    RuntimeError
        The simulator crashed.
    """
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # the runner would judge cocotb's results itself
    get_runner(simulator).test(
        test_module=bench,
        hdl_toplevel=top,
        hdl_toplevel_lang="verilog",
        build_dir=folder,
        test_dir=folder,
        extra_env={"COSIM_FOLDER": str(folder), "COCOTB_REWRITE_ASSERTION_FILES": "", **environment},
        log_file=folder / "test.log",
        results_xml=str(folder / RESULTS),
    )


def _reports(job: Job, folder: Path, simulator: str) -> list[Report]:
    """Run a job, and return the reports on the recordings that the simulator came to."""
    job.write(folder / JOB)
    (folder / REPORTS).write_text("")
    with suppress(RuntimeError):  # what it reported before the crash counts
        run_bench("cosim.run.testbench", folder, simulator, top=job.top)
    lines = (folder / REPORTS).read_text(encoding="utf-8").splitlines()
    return [Report(**json.loads(line)) for line in lines]
