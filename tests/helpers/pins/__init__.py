"""The chip in simulation, reached through its pins only."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.simulate import RESULTS, run_bench
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.samples.samples import Sample
from tests.helpers.places import ROOT

FOLDER = ROOT / "build" / "pins"
TASK, DONE = "task.pickle", "done.pickle"
MUCH = 1_000_000


@dataclass(frozen=True)
class Task:
    """Samples for a chip, each with whether it learns; the network's weights before them."""

    config: Config
    parameters: Parameters
    weights: tuple[Any, Any, Any]
    samples: list[tuple[Sample, bool]]


@dataclass
class Done:
    """What the chip answered to each sample, and its weights after each.

    Attributes
    ----------
    answers, weights : list
    cycles : list of int
        Clock cycles of each sample, from the rise of SAMPLE to the result and the host's last pause.
    seconds : list of float
        Of the simulation, since the end of the sample before or since its beginning.
    """

    answers: list[Any] = field(default_factory=list)
    weights: list[tuple[Any, Any, Any]] = field(default_factory=list)
    cycles: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def launch(
    config: Config, lanes: int, bench: str | Sequence[str], task: object = None, *, much: bool = False
) -> Path:
    """Run the cocotb tests of modules on a chip; return the folder where they leave what they saw."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = build(Job(config, lanes, [], MUCH if much else 0, "chip"), "verilator", FOLDER)
    (folder / DONE).unlink(missing_ok=True)
    (folder / TASK).write_bytes(pickle.dumps(task))
    run_bench(bench, folder, "verilator", top="reckon", PYTHONPATH=str(ROOT))
    return folder


def problems(folder: Path) -> dict[str, str]:
    """Return what was wrong in each cocotb test of a launch, by name; nothing if it passed."""
    cases = ElementTree.parse(folder / RESULTS).iter("testcase")
    return {case.attrib["name"]: _problem(case) for case in cases}


def _problem(case: ElementTree.Element) -> str:
    failures = [child for child in case if child.tag in ("failure", "error", "skipped")]
    return "; ".join(child.text or child.tag for child in failures)


def present(task: Task, lanes: int, *, much: bool = False, in_lock_step: bool = True) -> Done:
    """Return what a chip does with samples.

    Raises
    ------
    RuntimeError
        The bench failed, or found a difference in lock step.
    """
    given = (task, lanes if in_lock_step else None)
    folder = launch(task.config, lanes, "tests.helpers.pins.samples_bench", given, much=much)
    if any(problems(folder).values()):
        raise RuntimeError(f"the samples could not be presented, see {folder / 'test.log'}")
    done: Done = pickle.loads((folder / DONE).read_bytes())
    return done
