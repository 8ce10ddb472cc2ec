"""From study to silicon: the best configuration of a study becomes Verilog that does what the model does."""

from pathlib import Path

import pytest

from cosim.command import run as cosim
from golden_model.cli import run as eprop
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.command import run as rtl
from tests.helpers.places import ROOT

STUDY = (
    *("study", "grid", "weight_bits=4,6", "trace_bits=6..10..2"),
    *("--set", "task.n_rec=20", "--set", "lines_per_group=2", "--set", "delay=50", "--set", "n_cues=3"),
    *("--epochs", "1", "--seeds", "2", "--train", "10", "--test", "10"),
)


@pytest.mark.long
def test_best_configuration_is_generated_and_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    study, circuit = tmp_path / "study", tmp_path / "circuit"
    assert eprop([*STUDY, "-o", str(study)]) == 0
    best = study / "best.toml"
    config = Config.from_toml(best)
    assert (config.n_in, config.n_rec, config.n_out) == (8, 20, 2)
    assert config.weight_bits in (4, 6)
    assert Parameters.from_toml(best).n_rec == 20

    assert rtl(["--config", str(best), "--lanes", "4", "-o", str(circuit)]) == 0
    assert any(f"[{config.weight_bits * 4 - 1}:0]" in path.read_text() for path in circuit.rglob("*.v"))

    capsys.readouterr()
    assert cosim(["--config", str(best), "--lanes", "4", "--random", "2", "--seed", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(": equal, " in line and line.endswith(" words in lock step") for line in lines)
