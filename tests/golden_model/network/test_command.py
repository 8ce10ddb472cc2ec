"""`eprop evaluate`, `verify` and `info`: what they print, how they end, and what they leave alone."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Sample
from golden_model.cli import run
from golden_model.core.arithmetic import saturate
from golden_model.core.compiled import CACHE_FOLDER
from golden_model.files.cache import cache_folder, is_compiled
from golden_model.network.config import PRESETS
from golden_model.network.registers import REGISTERS
from golden_model.network.tables import memory_bits
from golden_model.samples.event_files import write_samples
from tests.helpers.commands import VECTORS, Capture, refused


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


class TestVerify:
    PATH = VECTORS / "wide_701_03.npz"

    def test_equal(self, capsys: Capture) -> None:
        assert run(["verify", str(self.PATH), str(VECTORS / "late_701_01.npz")]) == 0
        assert capsys.readouterr().out == f"{self.PATH}: equal\n{VECTORS / 'late_701_01.npz'}: equal\n"

    def test_different(self, tmp_path: Path, capsys: Capture) -> None:
        with np.load(self.PATH) as file:
            arrays = dict(file)
        was = int(arrays["w_in_after"][1, 2, 3])
        arrays["w_in_after"][1, 2, 3] ^= 1
        np.savez(tmp_path / "changed.npz", **arrays)
        assert run(["verify", str(tmp_path / "changed.npz"), str(self.PATH)]) == 1
        difference = f"sample 1, w_in[2, 3]: expected {was ^ 1}, got {was}"
        assert capsys.readouterr().out == f"{tmp_path / 'changed.npz'}: {difference}\n{self.PATH}: equal\n"

    def test_bad_input(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "bad.npz").write_bytes(b"PK")
        bad = str(tmp_path / "bad.npz")
        refused(["verify", bad], capsys, f"{bad} is damaged or not an .npz archive\n")
        refused(["verify", "missing.npz"], capsys, "missing.npz: No such file or directory\n")
        refused(["verify"], capsys, "Missing argument 'VECTOR.npz...'.\n")

    def test_goes_on_after_bad_input(self, tmp_path: Path, capsys: Capture) -> None:
        with np.load(self.PATH) as file:
            arrays = dict(file)
        arrays["w_in_after"][1, 2, 3] ^= 1
        np.savez(tmp_path / "changed.npz", **arrays)
        (tmp_path / "bad.npz").write_bytes(b"PK")
        names = ("bad.npz", "changed.npz", "missing.npz")
        assert run(["verify", *(str(tmp_path / name) for name in names), str(self.PATH)]) == 2
        printed = capsys.readouterr()
        assert [line.split(": ")[0] for line in printed.out.splitlines()] == [
            str(tmp_path / "changed.npz"),
            str(self.PATH),
        ]
        assert printed.err.splitlines() == [
            f"eprop: {tmp_path / 'bad.npz'} is damaged or not an .npz archive",
            f"eprop: {tmp_path / 'missing.npz'}: No such file or directory",
        ]


class TestInfo:
    def test_shows_everything(self, capsys: Capture) -> None:
        assert run(["info"]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["presets", *", ".join(PRESETS).split()] in lines
        assert ["compiled", "code", str(cache_folder()), "(filled)"] in lines
        assert ["membrane", "s16,", "11", "fraction", "bits", "-16", "15.99951172"] in lines
        assert ["w_rec", "524288"] in lines
        for register in REGISTERS:
            assert any(line[:2] == [str(register.number), register.name] for line in lines)

    def test_preset_and_file(self, trained: Path, capsys: Capture) -> None:
        assert run(["info", "--preset", "navigation"]) == 0
        assert Config.preset("navigation").digest in capsys.readouterr().out
        assert run(["info", "--config", str(trained / "network.toml")]) == 0
        (kappa,) = re.findall(r"^69 +kappa .*", capsys.readouterr().out, re.MULTILINE)
        assert kappa.split()[-1] == "121"

    def test_bad_input(self, tmp_path: Path, capsys: Capture) -> None:
        refused(["info", "--preset", "small"], capsys, "preset 'small' is not one of reckon, navigation\n")
        message = "a preset and a file are two configurations, give only one of them\n"
        refused(["info", "--preset", "reckon", "--config", "x.toml"], capsys, message)
        refused(["info", "--config", str(tmp_path)], capsys, f"{tmp_path}: Is a directory\n")

    def test_memory_of_the_published_chip(self) -> None:
        published = {"neurons": 128 * 128, "readouts": 16 * 32, "w_in": 4096 * 128, "w_rec": 4096 * 128}
        assert memory_bits(Config.preset("reckon")) == published | {"w_out": 256 * 128}
        assert memory_bits(Config(n_in=3, n_rec=2, n_out=1))["neurons"] == 2 * 128

    def test_cache_is_where_the_compiler_keeps_it(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        assert cache_folder() == CACHE_FOLDER
        assert saturate(200, 8) == 127
        assert is_compiled()
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
        assert cache_folder().parent == tmp_path
        assert not is_compiled()
        assert list(tmp_path.iterdir()) == []
