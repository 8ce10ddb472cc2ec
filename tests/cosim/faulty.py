"""Cores with a fault, and what becomes of a recording on them."""

from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from cosim.run.build import build
from cosim.run.job import Job, Report
from cosim.run.jobs import jobs_of
from cosim.run.simulate import simulate
from tests.helpers.places import ROOT, VECTORS

RECORDING = VECTORS / "widths" / "published.npz"
FOLDER = ROOT / "build" / "faulty"
LANES, LANE = 4, 2
# The threshold of a lane is compared the wrong way round.
RIGHT = "$signed(membrane[47:32]) >= $signed(threshold[31:16])"
WRONG = "$signed(membrane[47:32]) < $signed(threshold[31:16])"


@dataclass(frozen=True)
class Faulty(Job):
    """A core in which a part of the Verilog is another."""

    fault: str = field(kw_only=True)
    changes: dict[str, str] = field(kw_only=True)

    @property
    def name(self) -> str:
        """Name of the circuit; another one for another fault."""
        return f"{super().name}-{self.fault}"

    def verilog(self) -> str:
        """Return the Verilog with the fault."""
        text = super().verilog()
        for right, wrong in self.changes.items():
            assert text.count(right) == 1
            text = text.replace(right, wrong)
        return text


def run(
    fault: str, face: str, changes: dict[str, str], recording: Path = RECORDING, lanes: int = LANES
) -> tuple[Job, Report]:
    """Return what became of a recording on a core with changes; tests side by side wait for each other."""
    (job,) = jobs_of([recording], lanes, fitted=True)
    changed = Faulty(job.config, lanes, job.vectors, face=face, fault=fault, changes=changes)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / f"{changed.name}.lock"):
        (found,) = simulate(changed, build(changed, "verilator", FOLDER), "verilator")
    return changed, found
