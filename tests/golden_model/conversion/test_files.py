"""The command convert: kinds of files, round trips, and nothing written on bad input."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Parameters
from golden_model.cli import run
from golden_model.conversion.files import PICTURE, REPORT
from golden_model.network.parameters import write_network
from tests.golden_model.conversion.float_networks import a_network
from tests.helpers.networks import any_parameters, spread
from tests.helpers.packages import uninstall
from tests.helpers.places import ROOT

Capture = pytest.CaptureFixture[str]
PEER = ROOT / "tests" / "peers" / "snntorch.nir"
TOLD = ("--dt", "0.1", "--reset", "subtract", "--discretization", "euler", "--integrate-output")


def convert(*arguments: object) -> int:
    return run(["convert", *map(str, arguments)])


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A float network in a file."""
    a_network().save(tmp_path / "float.npz")
    return tmp_path / "float.npz"


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """The network of a core, as the folder of a run has it."""
    rng, folder = np.random.default_rng(5), tmp_path / "run"
    folder.mkdir()
    radix = {"fp_loc_winp": 4, "fp_loc_wrec": 5, "fp_loc_wout": 3, "fp_loc_tinp": 0}
    parameters = any_parameters(rng, (9, 6, 2), kappa=100, **radix)
    alpha = rng.integers(0x7000, 0x8000, parameters.n_pairs)
    registers = parameters.registers.replace(alpha_conf=None)
    write_network(folder / "network.toml", Config(weight_bits=6), Parameters(registers, alpha, 700))
    shapes = {"w_in": (9, 6), "w_rec": (6, 6), "w_out": (6, 2)}
    np.savez_compressed(folder / "weights.npz", **{n: spread(rng, 4, shape) for n, shape in shapes.items()})
    return folder


@pytest.mark.parametrize("kind", ["npz", "nir"])
def test_core_comes_back_to_the_same_files(core: Path, tmp_path: Path, kind: str) -> None:
    assert convert(core, "-o", tmp_path / "there", "--to", kind, "--dt", 1) == 0
    assert convert(tmp_path / "there" / f"network.{kind}", "-o", tmp_path / "back") == 0
    back = content(tmp_path / "back")
    assert {name: back[name] for name in ("network.toml", "weights.npz")} == content(core)
    assert set(back) == {"network.toml", "weights.npz", REPORT, PICTURE}


def test_core_becomes_a_narrower_core(core: Path, tmp_path: Path) -> None:
    narrower = ("--to", "core", "--dt", 1, "--set", "weight_bits=3", "--clip", 100)
    assert convert(core, "-o", tmp_path / "kept", *narrower) == 0
    assert convert(core, "-o", tmp_path / "refit", *narrower, "--refit") == 0
    before, kept = (Parameters.from_toml(folder / "network.toml") for folder in (core, tmp_path / "kept"))
    assert kept == before
    assert Config.from_toml(tmp_path / "kept" / "network.toml") == Config(weight_bits=3)
    errors = [
        sum(row["rms_error"] for row in json.loads((tmp_path / name / REPORT).read_text())["weights"])
        for name in ("kept", "refit")
    ]
    assert errors[1] < errors[0]


def test_report_is_printed_and_kept(network: Path, tmp_path: Path, capsys: Capture) -> None:
    assert convert(network, "-o", tmp_path / "core", "--set", "fp_loc_winp=6", "--scale", 2) == 0
    printed = capsys.readouterr().out
    report = json.loads((tmp_path / "core" / REPORT).read_text())
    assert (report["scale"], report["weights"][0]["fp_loc"]) == (2.0, 6)
    assert [row["name"] for row in report["values"]] == ["tau_membrane", "tau_readout", "threshold"]
    for word in ("20.0015 ms", "alpha 31170", "w_rec", "0 of 36", f"written to {tmp_path / 'core'}"):
        assert word in printed.replace("\n", "")
    assert (tmp_path / "core" / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_many_lost_weights_are_a_warning(tmp_path: Path, capsys: Capture) -> None:
    weights = np.full((5, 6), 0.5)
    weights[0, 0] = 300.0
    a_network(w_in=weights).save(tmp_path / "float.npz")
    assert convert(tmp_path / "float.npz", "-o", tmp_path / "strict") == 0
    told = f"eprop: warning: {tmp_path / 'float.npz'}: 29 of 30 weights of w_in become 0 at fp_loc = 7\n"
    assert told in capsys.readouterr().err
    assert convert(tmp_path / "float.npz", "-o", tmp_path / "loose", "--clip", 4) == 0
    assert "w_in" not in capsys.readouterr().err
    lost = [
        json.loads((tmp_path / name / REPORT).read_text())["weights"][0]["lost"]
        for name in ("strict", "loose")
    ]
    assert lost == [29, 0]


def test_spikes_above_the_threshold_are_reported(tmp_path: Path, capsys: Capture) -> None:
    """A threshold of 1 at scale 2 is 4096 steps; the register is one more, and so is what a reset takes."""
    assert convert(PEER, "-o", tmp_path / "core", *TOLD) == 0
    printed = capsys.readouterr()
    assert "above threshold" in printed.out
    assert f"{PEER}: a spike subtracts 1.00024 in place of 1, since neurons spike above" in printed.err
    report = json.loads((tmp_path / "core" / REPORT).read_text())
    assert (report["spikes_above"], report["values"][2]["raw"]) == (True, [4097, 4097])
    told = [word.replace("subtract", "zero") for word in TOLD]
    assert convert(PEER, "-o", tmp_path / "zero", *told) == 0
    assert "subtracts" not in capsys.readouterr().err


def test_readouts_written_as_lif_are_read_as_readouts(core: Path, tmp_path: Path) -> None:
    assert convert(core, "-o", tmp_path / "there", "--to", "nir", "--dt", 1, "--lif-output") == 0
    assert convert(tmp_path / "there" / "network.nir", "-o", tmp_path / "back") == 0
    back = content(tmp_path / "back")
    assert {name: back[name] for name in ("network.toml", "weights.npz")} == content(core)


def test_infinite_numbers_are_null_in_the_report(tmp_path: Path) -> None:
    a_network(tau_membrane=np.inf).save(tmp_path / "float.npz")
    assert convert(tmp_path / "float.npz", "-o", tmp_path / "core") == 0
    report = json.loads((tmp_path / "core" / REPORT).read_text(), parse_constant=pytest.fail)
    assert report["values"][0]["realized"] == [None, None]
    assert report["values"][0]["relative_error"] == 0


def test_several_networks_get_folders_of_their_own(network: Path, tmp_path: Path) -> None:
    assert convert(PEER, "-o", tmp_path, "--to", "npz", *TOLD) == 0
    assert convert(network, tmp_path / "network.npz", "-o", tmp_path / "both") == 0
    assert sorted(path.name for path in (tmp_path / "both").iterdir()) == ["float", "network"]


def test_registers_of_a_network_file_are_the_base(network: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    base = any_parameters(rng, (5, 6, 3), fp_loc_tinp=0)
    write_network(tmp_path / "base.toml", Config(weight_bits=7), base)
    assert convert(network, "-o", tmp_path / "core", "--config", tmp_path / "base.toml") == 0
    registers = Parameters.from_toml(tmp_path / "core" / "network.toml").registers.to_dict()
    expected = base.registers.to_dict()
    following = ("kappa", "alpha_conf", "rst_mode", "fp_loc_winp", "fp_loc_wrec", "fp_loc_wout")
    assert {n: v for n, v in registers.items() if n not in following} == {
        n: v for n, v in expected.items() if n not in following
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["FLOAT", "--to", "onnx"], "to = 'onnx' is not one of core, npz, nir"),
        (["FLOAT", "--reset", "none"], "reset = 'none' is not one of subtract, zero"),
        (["FLOAT", "--set", "kappa=3"], "kappa follows from the network and cannot be set"),
        (["FLOAT", "--set", "kapa=3"], "unknown name 'kapa', did you mean 'kappa'?"),
        (["FLOAT", "--set", "weight_bits=1"], "weight_bits = 1 is outside 2..16"),
        (["FLOAT", "--set", "n_rec=4"], "n_rec = 6 of the network is outside 1..4 of the configuration"),
        (["FLOAT", "--dt", "20"], "tau_membrane = 20 ms of neuron 0 is a leak of 0.3679 in dt = 20 ms"),
        (["FLOAT", "FLOAT"], "OUT/float would hold two networks, convert them one by one"),
        (["CORE"], "dt is not known, the ticks of a core have no duration: give it with --dt"),
        (["CORE", "--dt", "0"], "dt = 0 is not above 0 ms"),
        (["FLOAT", "CORE"], "dt is not known"),
        ([str(PEER)], "dt is not known, NIR does not carry it: give it with --dt"),
        ([str(PEER), *TOLD[:-1]], "li: spikes at the output"),
        (["FLOAT", "--dt", "nan"], "eprop: dt = nan is not a finite number"),
        (["FLOAT", "--to", "npz", "--set", "rubbish=4"], "--set has no effect on a conversion of npz to npz"),
        (["FLOAT", "--to", "nir", "--scale", "2"], "--scale has no effect on a conversion of npz to nir"),
        (["FLOAT", "--to", "npz", "--clip", "5"], "--clip has no effect"),
        (["FLOAT", "--to", "npz", "--refit"], "--refit has no effect"),
        (["FLOAT", "--to", "npz", "--config", "x.toml"], "--config has no effect"),
        (
            ["FLOAT", "--discretization", "exact"],
            "--discretization has no effect on a conversion of npz to core",
        ),
        (["FLOAT", "--lif-output"], "FLOAT: --lif-output has no effect on a conversion of npz to core"),
        (["FLOAT", "--integrate-output"], "FLOAT: --integrate-output has no effect"),
        (
            ["FLOAT", "CORE", "--dt", "1", "--set", "weight_bits=4"],
            "CORE: --set has no effect on a conversion",
        ),
        (["CORE", "--dt", "1", "--reset", "zero"], "--reset has no effect on a conversion of core to npz"),
        (["CORE", "--dt", "1", "--average-pairs"], "--average-pairs has no effect"),
        (["FLOAT", "--set", "weight_bits=1"], "eprop: weight_bits = 1 is outside 2..16"),
        (["FLOAT", "--set", "rubbish=1"], "eprop: unknown name 'rubbish'"),
        (["FLOAT", "--config", "FLOAT"], "eprop: FLOAT, line 1: this is not text in UTF-8"),
        (["missing.npz"], "missing.npz: No such file or directory"),
        (["network.txt"], "network.txt is not a network: a folder, an .npz or a .nir file"),
    ],
)
def test_bad_input_writes_nothing(
    arguments: list[str], message: str, network: Path, core: Path, tmp_path: Path, capsys: Capture
) -> None:
    places = {"FLOAT": str(network), "CORE": str(core)}
    output = tmp_path / "out"
    assert convert(*(places.get(word, word) for word in arguments), "-o", output) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    for name, path in {**places, "OUT": str(output)}.items():
        message = message.replace(name, path)
    assert message in printed.err
    assert not output.exists()


def test_nothing_is_overwritten(network: Path, tmp_path: Path, capsys: Capture) -> None:
    for code in (0, 2):
        assert convert(network, "-o", tmp_path / "core") == code
    assert "would be overwritten, choose another folder" in capsys.readouterr().err


def test_what_is_no_folder_is_refused(network: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for place in (network, tmp_path / "link"):
        for output in (place, place / "deep" / "er"):
            assert convert(network, "-o", output) == 2
            assert capsys.readouterr().err == f"eprop: {place} is not a folder\n"


def test_a_link_to_nothing_is_not_overwritten(network: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "weights.npz").symlink_to(tmp_path / "nowhere")
    assert convert(network, "-o", tmp_path) == 2
    assert "weights.npz would be overwritten" in capsys.readouterr().err


@pytest.mark.parametrize("damaged", ["weights.npz", "network.toml"])
def test_a_damaged_file_is_named_once(core: Path, tmp_path: Path, capsys: Capture, damaged: str) -> None:
    (core / damaged).write_bytes(b"damaged")
    assert convert(core, "-o", tmp_path / "out", "--dt", 1) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"eprop: {core / damaged} is ")
    assert printed.count(str(core)) == 1


def test_without_the_package_nir_the_sentence_names_it(
    network: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall(monkeypatch, "nir")
    assert convert(network, "-o", tmp_path / "x", "--to", "nir") == 2
    install = "in the checkout of eprop-core, run pip install -e '.[nir]'"
    assert capsys.readouterr().err == f"eprop: NIR needs nir, which is not installed: {install}\n"
    assert not (tmp_path / "x").exists()


def test_float_networks_need_no_nir(network: Path, tmp_path: Path) -> None:
    code = "import sys; from golden_model.cli import run; run(sys.argv[1:]); print({'nir', 'h5py'}"
    arguments = ["convert", str(network), "-o", str(tmp_path / "x")]
    command = [sys.executable, "-c", f"{code} & set(sys.modules))", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.endswith("set()\n")
