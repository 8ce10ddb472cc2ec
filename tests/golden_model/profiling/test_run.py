"""The command that profiles a run: what it writes, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from golden_model import Config, Parameters
from golden_model.cli import run
from golden_model.profiling.report import PICTURES, PROFILE, SUGGESTED
from golden_model.profiling.run import reopen
from golden_model.profiling.signals import ARRAYS, SIGNALS
from golden_model.training.experiment import make_experiment
from golden_model.training.run_folder import RESULTS, WEIGHTS, RunFolder
from golden_model.training.training import train
from tests.golden_model.profiling.experiments import small

QUICK = ("--epochs", "1", "--repeats", "1")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small finished run."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    train(small(), folder, 2)
    return folder


class TestCommand:
    def test_writes_tables_pictures_and_a_network(
        self, trained: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        folders = [tmp_path / name for name in "ab"]
        for folder in folders:
            assert run(["profile", str(trained), "-o", str(folder), *QUICK]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        for word in ("learning_signal", "mean probability", "trace_rec_bits", "suggested", "memory bits"):
            assert word in printed.out
        names = {PROFILE, SUGGESTED, *PICTURES}
        contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
        assert set(contents[0]) == names
        assert contents[0] == contents[1]
        assert all(contents[0][name].startswith(b"\x89PNG") for name in PICTURES)
        profile = json.loads(contents[0][PROFILE])
        assert (profile["samples"], set(profile["loss"])) == (6, {*SIGNALS, *ARRAYS})
        suggested = Config.from_toml(folders[0] / SUGGESTED)
        assert Config(**profile["search"]["combined"][-1]["widths"]) == suggested
        assert Parameters.from_toml(folders[0] / SUGGESTED) == small().data.parameters

    def test_the_folder_is_that_of_the_run(self, trained: Path) -> None:
        assert run(["profile", str(trained), "--samples", "1", *QUICK]) == 0
        assert json.loads((trained / "profile" / PROFILE).read_bytes())["samples"] == 1

    def refused(self, folder: Path, message: str, capsys: Capture, *more: str) -> None:
        """Check that the command ends with one line on stderr and writes nothing."""
        output = folder.parent / "refused"
        capsys.readouterr()
        assert run(["profile", str(folder), "-o", str(output), *QUICK, *more]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert printed.err.startswith(f"eprop: {message}"), printed.err
        assert not output.exists()

    def copy(self, trained: Path, folder: Path, **settings: Any) -> Path:
        """Copy a run, some settings changed."""
        folder.mkdir()
        for path in trained.iterdir():
            if path.is_file():
                (folder / path.name).write_bytes(path.read_bytes())
        results = json.loads((folder / RESULTS).read_bytes())
        results["settings"] |= settings
        (folder / RESULTS).write_text(json.dumps(results))
        return folder

    def test_a_run_that_is_not_finished_is_refused(
        self, trained: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        self.refused(tmp_path / "none", f"{tmp_path / 'none' / WEIGHTS} is missing", capsys)
        unfinished = self.copy(trained, tmp_path / "run")
        (unfinished / WEIGHTS).unlink()
        self.refused(unfinished, f"{unfinished / WEIGHTS} is missing", capsys)

    def test_data_that_are_not_those_of_the_run_are_refused(
        self, trained: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        published = self.copy(trained, tmp_path / "published", data="read", seed=None)
        self.refused(published, f"the run in {published} learned from published data, say", capsys)
        self.refused(
            trained, f"the run in {trained} generated its data", capsys, "--published", str(tmp_path)
        )
        other = self.copy(trained, tmp_path / "other", seed=2)
        self.refused(other, f"{other / RESULTS} does not fit the run in {other}, data_sha256", capsys)
        damaged = self.copy(trained, tmp_path / "damaged", n_train=None)
        self.refused(damaged, f"{damaged / RESULTS} is damaged, it does not say", capsys)

    def test_more_samples_than_there_are_is_refused(self, trained: Path, capsys: Capture) -> None:
        self.refused(trained, "samples = 7 is outside 1..6", capsys, "--samples", "7")

    def test_a_file_in_place_of_the_folder_is_refused(
        self, trained: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        (tmp_path / "file").write_text("")
        capsys.readouterr()
        assert run(["profile", str(trained), "-o", str(tmp_path / "file"), *QUICK]) == 2
        assert capsys.readouterr().err == f"eprop: {tmp_path / 'file'} is not a folder\n"

    def test_published_data_are_read_again(self, shared: Path, tmp_path: Path) -> None:
        experiment = make_experiment("cue-accumulation", published=shared / "reckon")
        train(experiment, tmp_path / "run", 1)
        again = reopen(RunFolder(tmp_path / "run"), shared / "reckon")
        assert again.settings() == experiment.settings()

    def test_an_interrupted_profile_writes_nothing(
        self, trained: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("golden_model.profiling.run.search", interrupt)
        assert run(["profile", str(trained), "-o", str(tmp_path / "profile"), *QUICK]) == 130
        assert capsys.readouterr().err == "eprop: interrupted, nothing is written\n"
        assert not (tmp_path / "profile").exists()
