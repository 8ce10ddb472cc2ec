"""What one launch of the simulator has to do, and what it reports; both as JSON between the processes."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.delivery.verilog import CHIP_TOP, TOP, generate_chip, generate_core


@dataclass(frozen=True)
class Job:
    """Recordings that run on the same circuit.

    Attributes
    ----------
    config : Config
        What the circuit is generated from; its sizes may differ from those of the recordings.
    lanes : int
    vectors : list of Path
    accesses : int
        Weights that are written or read in all of them, a measure of the work.
    face : {"soc", "chip"}
        The core or the chip, both with the trace port of the core.
    in_lock_step : bool
        Compare every word that the trace port shows.
    waves_at : int, optional
        Write waves around this cycle.
    """

    config: Config
    lanes: int
    vectors: list[Path]
    accesses: int = 0
    face: str = "soc"
    in_lock_step: bool = True
    waves_at: int | None = None

    @property
    def name(self) -> str:
        """Name of the circuit; equal for equal circuits."""
        waves = "" if self.waves_at is None else "-waves"
        return f"{self.config.digest}-{self.lanes}-{self.face}{waves}"

    @property
    def top(self) -> str:
        """Name of the top module."""
        return CHIP_TOP if self.face == "chip" else TOP

    @property
    def core(self) -> str:
        """Name of the core's module."""
        return f"{CHIP_TOP}.chip.core" if self.face == "chip" else TOP

    def verilog(self) -> str:
        """Return the Verilog of the circuit."""
        if self.face == "chip":
            return generate_chip(self.config, lanes=self.lanes, trace=True)
        return generate_core(self.config, lanes=self.lanes, trace=True)

    def write(self, path: Path) -> None:
        """Write to a file."""
        vectors = [str(vector.resolve()) for vector in self.vectors]
        content = {field.name: getattr(self, field.name) for field in fields(Job)}
        content |= {"config": self.config.model_dump(), "vectors": vectors}
        path.write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` wrote."""
        content = json.loads(path.read_text(encoding="utf-8"))
        content["config"] = Config(**content["config"])
        content["vectors"] = [Path(vector) for vector in content["vectors"]]
        return cls(**content)


@dataclass(frozen=True)
class Report:
    """What became of one recording.

    Attributes
    ----------
    vector : str
        Its path.
    cycles : int
        Clock cycles from ticks to ready, of all samples that ran.
    problem : str
        The first difference, or where the circuit got stuck; empty if there is none.
    mismatch : dict, optional
        The difference in lock step, all of it.
    words : int
        How many were compared in lock step.
    """

    vector: str
    cycles: int
    problem: str = ""
    mismatch: dict[str, Any] | None = None
    words: int = 0

    @property
    def equal(self) -> bool:
        """Whether the circuit did all that the recording says."""
        return not self.problem

    def __str__(self) -> str:
        words = f", {self.words} words in lock step" if self.words else ""
        return f"{self.vector}: {self.problem or f'equal, {self.cycles} cycles{words}'}"

    def line(self) -> str:
        """Return the report as a line of JSON."""
        return json.dumps(asdict(self))


def fit(config: Config, networks: Iterable[Parameters]) -> Config:
    """Return a configuration just large enough for some networks; maxima never change a result.

    There are at least two input lines, so that the number of a line has a bit.
    """
    sizes = [(network.n_in, network.n_rec, network.n_out) for network in networks]
    n_in, n_rec, n_out = (max(column) for column in zip(*sizes, strict=True))
    return config.replace(n_in=max(n_in, 2), n_rec=n_rec, n_out=n_out)
