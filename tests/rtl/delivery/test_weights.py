"""From the files of a training to a chip that runs its network."""

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.simulate import run_bench
from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters, write_network
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample
from rtl.command import run
from tests.helpers.pins import FOLDER, problems
from tests.helpers.places import ROOT
from tests.widths.networks import WidthSet, leaks_of, registers_of, weights_of

CONFIG = Config(n_in=9, n_rec=20, n_out=3)
NETWORK = WidthSet("delivered", sizes=(7, 18, 3))


@dataclass(frozen=True)
class Delivered(Job):
    """A circuit that is there already."""

    text: str = field(default="", kw_only=True)

    def verilog(self) -> str:
        """Return its Verilog."""
        return self.text


def trained(folder: Path) -> Any:
    """Write the files of a network and return what a sample makes of it."""
    rng = NETWORK.generator()
    parameters = Parameters(Registers(**registers_of(NETWORK, rng)), *leaks_of(NETWORK, rng))
    weights = weights_of(NETWORK, rng)
    write_network(folder / "network.toml", CONFIG, parameters)
    np.savez(folder / "weights.npz", **weights)
    sample = Sample.from_raster(rng.random((12, 7)) < 0.3, label=2, target_start=3)
    core = Core(CONFIG, parameters)
    core.load_weights(*weights.values())
    inference = core.run(sample).inference
    after = (core.w_in, core.w_rec, core.w_out)
    assert not np.array_equal(core.w_out, weights["w_out"])
    return SimpleNamespace(
        config=CONFIG, parameters=parameters, weights=tuple(weights.values()), samples=[sample],
        inference=inference, after=after,
    )  # fmt: skip


@pytest.mark.slow
def test_images_and_program(tmp_path: Path) -> None:
    task, chip = trained(tmp_path), tmp_path / "chip"
    network, weights = str(tmp_path / "network.toml"), str(tmp_path / "weights.npz")
    arguments = ["--config", network, "--weights", weights, "--face", "chip", "--lanes", "4"]
    assert run([*arguments, "-o", str(chip)]) == 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    job = Delivered(CONFIG, 4, [], face="chip", text=(chip / "reckon.v").read_text())
    folder = build(job, "verilator", FOLDER)
    for path in chip.glob("*.hex"):
        (folder / path.name).write_text(path.read_text())
    (folder / "task.pickle").write_bytes(pickle.dumps(task))
    run_bench("tests.rtl.delivery.weights_bench", folder, "verilator", top="reckon", PYTHONPATH=str(ROOT))
    found = problems(folder)
    assert len(found) == 2
    assert not any(found.values()), found
