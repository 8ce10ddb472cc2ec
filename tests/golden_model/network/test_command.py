"""`eprop info`: what it shows of a configuration and of a network, and what it refuses."""

import re
from pathlib import Path

import pytest

from golden_model import Config, Parameters
from golden_model.cli import run
from golden_model.files.cache import cache_folder
from golden_model.network.config import PRESETS
from golden_model.network.parameters import write_network
from golden_model.network.registers import REGISTERS, Registers
from tests.helpers.commands import Capture, refused, settings


def test_shows_everything(capsys: Capture) -> None:
    assert run(["info"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["presets", *", ".join(PRESETS).split()] in lines
    assert ["compiled", "code", str(cache_folder()), "(filled)"] in lines
    assert ["membrane", "s16,", "11", "fraction", "bits", "-16", "15.99951172"] in lines
    assert ["w_rec", "524288"] in lines
    for register in REGISTERS:
        assert any(line[:2] == [str(register.number), register.name] for line in lines)


def test_preset_and_file(trained: Path, capsys: Capture) -> None:
    assert run(["info", "--preset", "navigation"]) == 0
    assert Config.preset("navigation").digest in capsys.readouterr().out
    assert run(["info", "--config", str(trained / "network.toml")]) == 0
    (kappa,) = re.findall(r"^69 +kappa .*", capsys.readouterr().out, re.MULTILINE)
    assert kappa.split()[-1] == "121"


def test_bad_input(tmp_path: Path, capsys: Capture) -> None:
    refused(["info", "--preset", "small"], capsys, "preset 'small' is not one of reckon, navigation\n")
    refused(["info", "--preset", ""], capsys, "preset '' is not one of reckon, navigation\n")
    message = "a preset and a file are two configurations, give only one of them\n"
    refused(["info", "--preset", "reckon", "--config", "x.toml"], capsys, message)
    refused(["info", "--config", str(tmp_path)], capsys, f"{tmp_path}: Is a directory\n")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """The file of a network."""
    path = tmp_path / "network.toml"
    registers = Registers.for_network(n_in=8, n_rec=16, n_out=3, kappa=100)
    write_network(path, Config(n_in=8, n_rec=16, n_out=3), Parameters(registers))
    return path


def test_changed_fields_are_those_of_the_configuration(capsys: Capture) -> None:
    assert run(["info", "--preset", "navigation", *settings("weight_bits=4", "config.shadow_bits=2")]) == 0
    printed = capsys.readouterr().out
    assert Config.preset("navigation").replace(weight_bits=4, shadow_bits=2).digest in printed
    assert ["w_rec", str(100 * 100 * 6)] in [line.split() for line in printed.splitlines()]


def test_changed_registers_are_those_of_the_network(network: Path, capsys: Capture) -> None:
    assert run(["info", "--config", str(network), *settings("kappa=7", "weight_bits=4")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    values = {line[1]: line[-1] for line in lines if len(line) > 4 and line[0].isdigit()}
    assert (values["kappa"], values["num_rec_neur"]) == ("7", "15")


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("weight_bit=4", "unknown name 'weight_bit', did you mean 'weight_bits'?\n"),
        ("weight_bits=17", "weight_bits = 17 is outside 2..16\n"),
        ("weight_bits", "'weight_bits' is not NAME=VALUE\n"),
        ("kappa=7", "kappa belongs to a network, a configuration alone does not have it\n"),
    ],
)
def test_bad_changes(assignment: str, message: str, capsys: Capture) -> None:
    refused(["info", *settings(assignment)], capsys, message)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("kappa=256", "kappa = 256 is outside 0..255\n"),
        ("n_rec=14", "n_rec = 16 of the network is outside 1..14 of the configuration\n"),
    ],
)
def test_bad_changes_of_a_network(network: Path, assignment: str, message: str, capsys: Capture) -> None:
    refused(["info", "--config", str(network), *settings(assignment)], capsys, message)
