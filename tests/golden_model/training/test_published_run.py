"""The published experiment, from the command line: ten epochs, every row as recorded."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core
from golden_model.cli import run
from golden_model.tasks.published import read_published

ROW = {"epoch": 1, "set": "train", "sample": 0, "label": 0, "inference": 0}


class TestShared:
    """Against the published data and the recorded results."""

    @pytest.fixture
    def published(self, shared: Path, tmp_path: Path) -> Path:
        """A copy of the published folder, to be changed."""
        shutil.copytree(shared / "reckon", tmp_path / "published")
        for path in (tmp_path / "published", *(tmp_path / "published").iterdir()):
            path.chmod(0o700)
        return tmp_path / "published"

    def test_all_rows(self, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(train(shared / "reckon", tmp_path / "run")) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == "1000 of 1000 inferences and weight digests equal expected.json"
        rows = json.loads((tmp_path / "run" / "results.json").read_bytes())["rows"]
        expected = json.loads((shared / "reckon" / "expected.json").read_bytes())
        assert len(rows) == len(expected) == 1000
        assert all(
            row == {name: other[name] for name in row} for row, other in zip(rows, expected, strict=True)
        )

    def test_fewer_epochs_compare_fewer_rows(
        self, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(train(shared / "reckon", tmp_path / "run", "--epochs", "1")) == 0
        assert "\n100 of 100 inferences and weight digests equal expected.json\n" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("index", "changes", "count", "first"),
        [
            (7, {"inference": 0}, 99, "train sample 7, inference: expected 0, got 1"),
            (60, {"label": 5}, 99, "test sample 10, label: expected 5, got 1"),
            (99, {"weights_sha256": "00"}, 99, "test sample 49, weights_sha256: expected 00, got "),
            (99, {"sample": 50}, 99, "test sample 50 is missing"),
        ],
    )
    def test_a_difference_is_named(
        self,
        published: Path,
        capsys: pytest.CaptureFixture[str],
        index: int,
        changes: dict[str, Any],
        count: int,
        first: str,
    ) -> None:
        rows = json.loads((published / "expected.json").read_bytes())
        rows[index] |= changes
        (published / "expected.json").write_text(json.dumps(rows))
        assert run(train(published, published / "run", "--epochs", "1")) == 1
        last = capsys.readouterr().out.splitlines()[-1]
        text = f"{count} of 100 inferences and weight digests equal expected.json; epoch 1, {first}"
        assert last.startswith(text)

    def test_a_change_is_not_compared(
        self, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        changed = train(shared / "reckon", tmp_path / "set", "--epochs", "1", "--set", "kappa=120")
        assert run(changed) == 0
        config = ("--config", str(tmp_path / "set" / "network.toml"))
        assert run(train(shared / "reckon", tmp_path / "config", "--epochs", "1", *config)) == 0
        assert "expected.json" not in capsys.readouterr().out
        first, second = (
            json.loads((tmp_path / name / "results.json").read_bytes())["rows"] for name in ("set", "config")
        )
        assert first == second

    def test_without_expected_results(self, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (published / "expected.json").unlink()
        assert run(train(published, published / "run", "--epochs", "1")) == 0
        assert "expected.json" not in capsys.readouterr().out

    @pytest.mark.parametrize("content", ["", "{", "[1]", "{}", '[{"epoch": 1}]', f"[{json.dumps(ROW)}]", "1"])
    def test_damaged_expected_results(
        self, published: Path, content: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (published / "expected.json").write_text(content)
        assert run(train(published, published / "run")) == 2
        assert capsys.readouterr().err == f"eprop: {published / 'expected.json'} is damaged\n"
        assert not (published / "run").exists()

    @pytest.mark.parametrize("option", ["--seed", "--train", "--test"])
    def test_options_of_generated_data(
        self, shared: Path, tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(train(shared / "reckon", tmp_path / "run", option, "1")) == 2
        name = {"--seed": "seed"}.get(option, f"n_{option[2:]}")
        assert capsys.readouterr().err == (
            f"eprop: {name} is of generated data, which the published data replace\n"
        )

    def test_task_parameters_of_generated_data(
        self, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(train(shared / "reckon", tmp_path / "run", "--set", "delay=3")) == 2
        assert capsys.readouterr().err == "eprop: unknown name 'delay'\n"

    def test_trained_network_answers_the_test_file(
        self, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(train(shared / "reckon", tmp_path / "run", "--epochs", "1")) == 0
        capsys.readouterr()
        path = shared / "reckon" / "dataset_cueAcc_test.dat"
        assert run(["evaluate", str(tmp_path / "run"), str(path), str(path)]) == 0
        data = read_published(shared / "reckon")
        core = Core(Config.preset("navigation"), data.parameters)
        with np.load(tmp_path / "run" / "weights.npz") as archive:
            core.load_weights(archive["w_in"], archive["w_rec"], archive["w_out"])
        right = sum(core.run(sample, learn=False).inference == sample.label for sample in data.test)
        assert capsys.readouterr().out.splitlines() == [
            f"{path}: {right / 50:.1%} of 50 samples",
            f"{path}: {right / 50:.1%} of 50 samples",
            f"accuracy {right / 50:.1%}",
        ]


def train(published: Path, output: Path, *more: str) -> list[str]:
    return ["train", "cue-accumulation", "--published", str(published), "-o", str(output), *more]
