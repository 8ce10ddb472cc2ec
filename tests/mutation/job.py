"""Building a circuit with mutations, launching it, and what was found."""

import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.simulate import run_bench
from tests.helpers.places import ROOT
from tests.mutation import FOLDER, FOUND, TASK, Mutation
from tests.mutation.injector import inject


@dataclass(frozen=True)
class MutatedJob(Job):
    """A circuit that holds mutations."""

    mutations: tuple[Mutation, ...] = ()

    @property
    def name(self) -> str:
        """Name of the circuit."""
        return f"{super().name}-mutations"

    def verilog(self) -> str:
        """Return the Verilog of the circuit."""
        return inject(super().verilog(), self.top, self.mutations)


@dataclass(frozen=True)
class Found:
    """The first thing that was seen of a mutation.

    Attributes
    ----------
    number : int
        Of the mutation, 0 for none.
    network : str
    where, signal : str
        Time and phase; the value that differs, empty if nothing does.
    expected, got : int, list of int or None
        None for a word that must not be or was not shown.
    """

    number: int
    network: str = ""
    where: str = ""
    signal: str = ""
    expected: Any = None
    got: Any = None

    @property
    def seen(self) -> bool:
        """Whether anything was seen."""
        return bool(self.network)

    def line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self))


def launch(job: MutatedJob, bench: str, numbers: Sequence[int], stimuli: object) -> list[Found]:
    """Run mutations one after the other in one launch, and return what was seen of each.

    Raises
    ------
    RuntimeError
        The bench did not come to the end.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = build(job, "verilator", FOLDER)
    (folder / TASK).write_bytes(pickle.dumps((job.config, job.lanes, list(numbers), stimuli)))
    (folder / FOUND).write_text("")
    run_bench(bench, folder, "verilator", top=job.top, PYTHONPATH=str(ROOT))
    found = [Found(**json.loads(line)) for line in (folder / FOUND).read_text().splitlines()]
    if [one.number for one in found] != list(numbers):
        raise RuntimeError(f"the bench ended early, see {folder / 'test.log'}")
    return found


def read_task(folder: Path) -> Any:
    """Return the configuration, the lanes, the numbers and the stimuli of a launch."""
    return pickle.loads((folder / TASK).read_bytes())
