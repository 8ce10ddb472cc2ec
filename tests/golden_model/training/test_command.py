"""`eprop train` and `eprop evaluate`: what they print, how they end, and what they leave alone."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Parameters, Sample
from golden_model.cli import run
from golden_model.samples.event_files import write_samples
from golden_model.training.run_folder import RunFolder
from tests.helpers.commands import Capture, refused, settings, train


class TestTrain:
    def test_prints_a_line_per_epoch(self, tmp_path: Path, capsys: Capture) -> None:
        assert run(train(tmp_path / "run", "--epochs", "2")) == 0
        *lines, last = capsys.readouterr().out.splitlines()
        accuracy = r"(100|\d?\d)\.\d%"
        for epoch, line in enumerate(lines[-2:], start=1):
            assert re.fullmatch(rf"epoch {epoch}/2: train {accuracy}, test {accuracy}, \d+ samples/s", line)
        assert re.fullmatch(rf"test accuracy {accuracy}, results and pictures in {tmp_path / 'run'}", last)

    def test_settings_reach_config_registers_leaks_and_task(self, tmp_path: Path) -> None:
        changes = ("errata=False", "kappa=0x79", "alpha=0x8001", "parameters.threshold=500", "config.n_in=8")
        changes += ("state_rounding=stochastic", "thr_h_0=-5")
        assert run(train(tmp_path / "run", "--epochs", "1", *settings(*changes))) == 0
        network = tmp_path / "run" / "network.toml"
        config, parameters = Config.from_toml(network), Parameters.from_toml(network)
        assert (config.errata, config.n_in, config.n_rec) == (False, 8, 256)
        assert (parameters.registers.kappa, parameters.registers.thr_h_0) == (0x79, -5)
        assert (set(parameters.alpha.tolist()), set(parameters.threshold.tolist())) == ({0x8001}, {500})
        assert RunFolder(tmp_path / "run").read_results().settings["task_parameters"]["n_rec"] == 8

    def test_leaks_one_per_pair(self, tmp_path: Path) -> None:
        values = settings("alpha=[28672, 32768, 28673, 28674]", "alpha_conf=2")
        assert run(train(tmp_path / "run", "--epochs", "1", *values)) == 0
        parameters = Parameters.from_toml(tmp_path / "run" / "network.toml")
        assert parameters.alpha.tolist() == [28672, 32768, 28673, 28674]

    def test_network_file_gives_the_same_run(self, trained: Path, tmp_path: Path) -> None:
        config = ("--config", str(trained / "network.toml"))
        assert run(train(tmp_path / "run", "--epochs", "2", "--seed", "1", *config)) == 0
        for name in ("network.toml", "weights.npz"):
            assert (tmp_path / "run" / name).read_bytes() == (trained / name).read_bytes()

    def test_configuration_file_without_parameters(self, tmp_path: Path) -> None:
        Config.preset("navigation").to_toml(tmp_path / "config.toml")
        assert run(train(tmp_path / "run", "--epochs", "1", "--config", str(tmp_path / "config.toml"))) == 0
        assert Config.from_toml(tmp_path / "run" / "network.toml") == Config.preset("navigation")

    def test_resume_goes_on(self, tmp_path: Path, trained: Path) -> None:
        for epochs in ("1", "2"):
            assert run(train(tmp_path / "run", "--seed", "1", "--epochs", epochs, "--resume")) == 0
        assert (tmp_path / "run" / "weights.npz").read_bytes() == (trained / "weights.npz").read_bytes()

    def test_existing_run_is_left_alone(self, trained: Path, capsys: Capture) -> None:
        before = {path: path.read_bytes() for path in trained.iterdir() if path.is_file()}
        refused(
            train(trained), capsys, f"{trained} already holds a run, resume it or choose another folder\n"
        )
        other = train(trained, "--resume", "--seed", "2")
        refused(
            other, capsys, f"the run in {trained} has seed = 1, not 2, resume it with its own settings or"
        )
        assert {path: path.read_bytes() for path in trained.iterdir() if path.is_file()} == before

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            (settings("kapa=1"), "unknown name 'kapa', did you mean 'kappa'?\n"),
            (settings("dealy=1"), "unknown name 'dealy', did you mean 'delay'?\n"),
            (settings("task.dealy=1"), "unknown name 'task.dealy', did you mean 'task.delay'?\n"),
            (
                settings("n_rec=8"),
                "n_rec means two things, write config.n_rec (what a circuit has room for) "
                "or task.n_rec (of the task)\n",
            ),
            (settings("kappa=1", "parameters.kappa=1"), "kappa is set twice\n"),
            (settings("kappa"), "'kappa' is not NAME=VALUE\n"),
            (settings("kappa="), "'kappa=' is not NAME=VALUE\n"),
            (settings("=3"), "'=3' is not NAME=VALUE\n"),
            (
                settings("num_rec_neur=7"),
                "num_rec_neur follows from the sizes of the network and cannot be set\n",
            ),
            (settings("kappa=256"), "kappa = 256 is outside 0..255\n"),
            (settings("kappa=fast"), "kappa = 'fast' is not an integer\n"),
            (settings("noise_rate=-1"), "noise_rate = -1 is outside 0..1000\n"),
            (settings("alpha=0x9000"), "alpha = 36864 of pair 0 is outside 28672..36863\n"),
            (
                settings("alpha=0x8000", "alpha_conf=1"),
                "alpha_conf bit 1 = 0 disagrees with alpha = 32768 of",
            ),
            (settings("weight_bits=99"), "weight_bits = 99 is outside 2..16\n"),
            (settings("config.n_rec=4"), "n_rec = 8 of the network is outside 1..4 of the configuration\n"),
            (settings("regression=1"), "train sample 0: label = "),
            (["--config", "missing.toml"], "missing.toml: No such file or directory\n"),
            (["--published", "missing"], "missing/"),
            (["--epochs", "0"], "--epochs = 0 is outside 1..1000000\n"),
            (["--seed", "-1"], "Invalid value for '--seed': "),
            (["--train", "0"], "--train = 0 is outside 1..1000000\n"),
            (["--epoch", "many"], "No such option: --epoch"),
            (["--epochs", "many"], "Invalid value for '--epochs': "),
            (["more"], "Got unexpected extra argument"),
        ],
    )
    def test_bad_input(self, tmp_path: Path, more: list[str], message: str, capsys: Capture) -> None:
        arguments = train(tmp_path / "run", *more)
        if "--published" in more:
            arguments = ["train", "cue-accumulation", "-o", str(tmp_path / "run"), *more]
        refused(arguments, capsys, message)
        assert list(tmp_path.iterdir()) == []

    def test_network_of_another_size(self, trained: Path, tmp_path: Path, capsys: Capture) -> None:
        network = trained / "network.toml"
        arguments = ["train", "cue-accumulation", "--config", str(network), "-o", str(tmp_path / "run")]
        refused(arguments, capsys, f"{network}: n_in = 8 of the network is not the 40 of the task\n")

    def test_damaged_configuration(self, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "config.toml"
        path.write_text("[config]\n[parameters]\n")
        message = f"{path}: the table [parameters.registers] is missing\n"
        refused(train(tmp_path / "run", "--config", str(path)), capsys, message)

    def test_unknown_task(self, tmp_path: Path, capsys: Capture) -> None:
        message = "unknown task 'cue', did you mean 'cue-accumulation'?\n"
        refused(["train", "cue", "-o", str(tmp_path / "run")], capsys, message)

    def test_folder_that_cannot_be_made(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "file").touch()
        assert run(train(tmp_path / "file" / "run")) == 2
        assert capsys.readouterr().err == f"eprop: {tmp_path / 'file'} is not a folder\n"

    def test_missing_folder(self, capsys: Capture) -> None:
        refused(["train", "cue-accumulation"], capsys, "Missing option '--output' / '-o'.\n")


class TestEvaluate:
    @pytest.fixture
    def samples(self) -> list[Sample]:
        rng = np.random.default_rng(3)
        rasters = rng.random((6, 40, 8)) < 0.3
        return [Sample.from_raster(raster, label=n % 2, target_start=20) for n, raster in enumerate(rasters)]

    def test_a_line_per_file_and_the_total(
        self, trained: Path, samples: list[Sample], tmp_path: Path, capsys: Capture
    ) -> None:
        write_samples(tmp_path / "a.npz", samples)
        write_samples(
            tmp_path / "b.npz", [Sample(s.events, 40, 1 - (s.label or 0), None, 20) for s in samples[:2]]
        )
        write_samples(tmp_path / "c.npz", samples[:2])
        assert run(["evaluate", str(trained), *(str(tmp_path / f"{name}.npz") for name in "abc")]) == 0
        lines = capsys.readouterr().out.splitlines()
        shares = [float(re.findall(r"([\d.]+)%", line)[0]) for line in lines]
        assert [line.split(":")[0] for line in lines[:3]] == [str(tmp_path / f"{name}.npz") for name in "abc"]
        assert shares[1] == 100 - shares[2]
        right = round(6 * shares[0] / 100) + 2
        assert lines[0].endswith(f": {(right - 2) / 6:.1%} of 6 samples")
        assert lines[3] == f"accuracy {right / 10:.1%}"

    def test_task_tells_where_the_target_starts(
        self, trained: Path, samples: list[Sample], tmp_path: Path, capsys: Capture
    ) -> None:
        bare = [Sample([(5, 1), (30, 2)], 40, 0, target_start=20)]
        for name in ("open.dat", "open.npz"):
            write_samples(tmp_path / name, bare)
        assert run(["evaluate", str(trained), str(tmp_path / "open.dat"), str(tmp_path / "open.npz")]) == 0
        first, second, _ = capsys.readouterr().out.splitlines()
        assert first.replace(".dat", ".npz") == second

    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            ([], ": there are no samples\n"),
            ([Sample([], 5, 0), Sample([], 5)], ", sample 1: there is no label to compare the answer with\n"),
            ([Sample([], 5, 0), Sample([(0, 8)], 5, 0)], ", sample 1: line = 8 is outside 0..7\n"),
            ([Sample([], 5, 2)], ", sample 0: label = 2 is outside 0..1\n"),
        ],
    )
    def test_samples_that_do_not_fit(
        self, trained: Path, bad: list[Sample], message: str, tmp_path: Path, capsys: Capture
    ) -> None:
        path = tmp_path / "bad.npz"
        write_samples(path, bad)
        refused(["evaluate", str(trained), str(path)], capsys, f"{path}{message}")

    def test_folder_without_a_run(self, tmp_path: Path, capsys: Capture) -> None:
        message = f"{tmp_path / 'results.json'} is missing, {tmp_path} does not hold a run\n"
        refused(["evaluate", str(tmp_path), "a.npz"], capsys, message)

    @pytest.mark.parametrize("name", ["task", "task_parameters", "target_start", "accuracy"])
    def test_damaged_results(self, trained: Path, name: str, tmp_path: Path, capsys: Capture) -> None:
        folder = shutil.copytree(trained, tmp_path / "run")
        path = folder / "results.json"
        path.write_text(path.read_text().replace(f'"{name}":', '"x":', 1))
        refused(["evaluate", str(folder), "a.npz"], capsys, f"{path} is damaged\n")

    def test_samples_that_contradict_each_other(self, trained: Path, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "a.dat"
        path.write_text("2\n0, 3\n-2, 1\n0, 4\n-1, 8\n0, 4\n-2, 1\n0, 5\n-1, 8\n")
        message = f"{path}, line 7: a target valid from ticks 5..5 does not fit the other samples\n"
        refused(["evaluate", str(trained), str(path)], capsys, message)

    def test_damaged_file(self, trained: Path, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "bad.dat"
        path.write_text("1\n0, 3\n")
        refused(
            ["evaluate", str(trained), str(path)], capsys, f"{path}, line 2: the file ends within a sample\n"
        )
