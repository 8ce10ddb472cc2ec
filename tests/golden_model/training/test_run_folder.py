"""The folder of a run: claimed first, read back whole, and nothing of anybody else's overwritten."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers
from golden_model.training.results import Results
from golden_model.training.run_folder import NAMES, PICTURES, RunFolder

SETTINGS = {
    "task": "t",
    "task_parameters": {},
    "target_start": None,
    "seed": 3,
    "registers": {"kappa": 1, "h_0": 2},
}
CONFIG = Config.preset("navigation")
PARAMETERS = Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2))
ROW = {"epoch": 1, "set": "train", "sample": 0, "label": 1, "inference": None, "weights_sha256": "00"}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A folder with a run of no epochs."""
    folder = RunFolder(tmp_path / "run")
    with folder.locked():
        folder.begin(Results(SETTINGS), CONFIG, PARAMETERS)
    return folder


def refused(message: str) -> Any:
    return pytest.raises(ValueError, match=f"^{re.escape(message)}$")


class TestFrame:
    def test_one_row_per_sample(self) -> None:
        answered = {**ROW, "set": "test", "inference": 0}
        frame = Results(SETTINGS, rows=[ROW, answered]).to_frame()
        assert list(frame.columns) == list(ROW)
        assert frame["inference"].isna().tolist() == [True, False]
        assert frame.loc[1].to_dict() == answered
        kinds = {
            name: str(kind) for name, kind in frame.dtypes.items() if name in ("epoch", "label", "inference")
        }
        assert kinds == {"epoch": "int64", "label": "Int64", "inference": "Int64"}

    def test_no_rows_have_the_same_columns(self) -> None:
        frame = Results(SETTINGS).to_frame()
        assert (len(frame), list(frame.columns)) == (0, list(ROW))

    def test_without_pandas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pandas", None)
        with refused("a frame needs pandas: pip install -e '.[frame]' in the checkout"):
            Results(SETTINGS).to_frame()


class TestLock:
    def test_a_folder_is_created_and_removed_if_nothing_was_put_there(self, tmp_path: Path) -> None:
        with RunFolder(tmp_path / "deep" / "run").locked():
            assert (tmp_path / "deep" / "run").is_dir()
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_of_the_user_stays_though_it_is_empty(self, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir(mode=0o700)
        with RunFolder(tmp_path / "mine").locked():
            pass
        assert list(tmp_path.iterdir()) == [tmp_path / "mine"]

    def test_a_folder_with_something_in_it_stays(self, tmp_path: Path) -> None:
        (tmp_path / "mine").touch()
        with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path).locked():
            raise KeyboardInterrupt
        assert (tmp_path / "mine").exists()

    def test_a_second_training_is_refused(self, run: RunFolder) -> None:
        with run.locked(), refused(f"{run.path} is in use by another training"), run.locked():
            pass
        with run.locked():
            pass

    def test_what_a_killed_run_was_writing_is_removed_and_nothing_else(self, run: RunFolder) -> None:
        ours = [".results.json.7.tmp", ".curves.png.123.tmp", "checkpoints/.epoch_0001.npz.5.tmp"]
        others = [".notes.1.tmp", "results.json.1.tmp"]
        for name in ours + others:
            (run.path / name).touch()
        with run.locked():
            assert not any((run.path / name).exists() for name in ours)
            assert all((run.path / name).exists() for name in others)


class TestOpen:
    @pytest.mark.parametrize("resume", [False, True])
    def test_an_empty_folder_has_no_epochs(self, tmp_path: Path, resume: bool) -> None:
        results = RunFolder(tmp_path).open({"pair": (1, 2)}, resume)
        assert (results.epochs, results.rows, results.settings) == (0, [], {"pair": [1, 2]})

    def test_a_run_is_not_begun_twice(self, run: RunFolder) -> None:
        with refused(f"{run.path} already holds a run, resume it or choose another folder"):
            run.open(SETTINGS, resume=False)

    @pytest.mark.parametrize("resume", [False, True])
    @pytest.mark.parametrize("name", sorted(set(NAMES) - {"results.json"}))
    def test_a_file_of_somebody_else_is_not_overwritten(
        self, tmp_path: Path, name: str, resume: bool
    ) -> None:
        (tmp_path / name).touch()
        with refused(f"{tmp_path / name} would be overwritten, choose another folder"):
            RunFolder(tmp_path).open(SETTINGS, resume)

    def test_the_same_settings_are_resumed(self, run: RunFolder) -> None:
        assert run.open(dict(reversed(SETTINGS.items())), resume=True) == Results(SETTINGS)

    @pytest.mark.parametrize(
        ("settings", "difference"),
        [
            (SETTINGS | {"seed": 4}, "seed = 3, not 4"),
            (SETTINGS | {"registers": {"kappa": 1, "h_0": 3}}, "h_0 = 2, not 3"),
            (SETTINGS | {"delay": 5}, "delay = None, not 5"),
            (
                {name: value for name, value in SETTINGS.items() if name != "registers"},
                "registers = {'kappa': 1, 'h_0': 2}, not None",
            ),
        ],
    )
    def test_other_settings_are_named(
        self, run: RunFolder, settings: dict[str, Any], difference: str
    ) -> None:
        advice = "resume it with its own settings or choose another folder"
        with refused(f"the run in {run.path} has {difference}, {advice}"):
            run.open(settings, resume=True)


class TestResults:
    def test_come_back_as_they_were(self, run: RunFolder) -> None:
        rows: Any = [ROW, ROW | {"sample": 1, "inference": 0}]
        accuracy = {"train": [0.5, 2 / 3], "test": [0.1, 1.0]}
        results = Results(SETTINGS, {"numpy": "2"}, 1.5, accuracy, rows)
        run.commit(results, Core(CONFIG, PARAMETERS).snapshot())
        assert run.read_results() == results
        content = json.loads((run.path / "results.json").read_bytes())
        assert (content["epochs"], content["rows"]) == (2, rows)

    def test_network_is_read_back(self, run: RunFolder) -> None:
        assert Config.from_toml(run.path / "network.toml") == CONFIG
        assert Parameters.from_toml(run.path / "network.toml") == PARAMETERS

    def test_missing(self, tmp_path: Path) -> None:
        with refused(f"{tmp_path / 'results.json'} is missing, {tmp_path} does not hold a run"):
            RunFolder(tmp_path).read_results()

    @pytest.mark.parametrize(
        "change",
        [
            lambda content: b"",
            lambda content: content[:-3],
            lambda content: b"[]",
            lambda content: b"{}",
            lambda content: content.replace(b'"settings"', b'"setting"'),
            lambda content: content.replace(b'"accuracy": {', b'"accuracy": 1, "rows": {'),
            lambda content: b"\xff",
            lambda content: content.replace(b'"task":', b'"tusk":'),
            lambda content: content.replace(b'"task": "t"', b'"task": ["t"]'),
            lambda content: content.replace(b'"task_parameters": {}', b'"task_parameters": 3'),
            lambda content: content.replace(b'"target_start": null', b'"target_start": "early"'),
            lambda content: content.replace(b'"train": []', b'"train": [0.5]'),
            lambda content: content.replace(b'"train": []', b'"train": {}'),
            lambda content: content.replace(b'"train":', b'"trained":'),
            lambda content: content.replace(b'"wall_seconds": 0.0', b'"wall_seconds": null'),
            lambda content: re.sub(rb'"rows": \[[^]]*\]', b'"rows": [{"epoch": 1}]', content),
            lambda content: re.sub(rb'"rows": \[[^]]*\]', b'"rows": [3]', content),
        ],
    )
    def test_damaged(self, run: RunFolder, change: Callable[[bytes], bytes]) -> None:
        path = run.path / "results.json"
        path.write_bytes(change(path.read_bytes()))
        with refused(f"{path} is damaged"):
            run.read_results()

    @pytest.mark.parametrize("old", ['"version": 1', '"format": "eprop-core run"', '"epochs": 0'])
    def test_of_another_version(self, run: RunFolder, old: str) -> None:
        path = run.path / "results.json"
        path.write_text(
            path.read_text().replace(old, old.replace("1", "2").replace("run", "r").replace("0", "1"))
        )
        with refused(f"{path} is damaged or of another version"):
            run.read_results()


class TestCheckpoints:
    def test_are_kept_for_every_epoch(self, run: RunFolder) -> None:
        core = Core(CONFIG, PARAMETERS)
        for epoch in (1, 2):
            core.load_weights(*(np.full(shape, epoch) for shape in ((3, 4), (4, 4), (4, 2))))
            run.commit(
                Results(SETTINGS, accuracy={"train": [1.0] * epoch, "test": [1.0] * epoch}), core.snapshot()
            )
        core.restore(run.read_checkpoint(1))
        assert set(core.w_rec.flat) == {1}
        assert run.read_results().epochs == 2

    def test_damaged_or_missing(self, run: RunFolder) -> None:
        with pytest.raises(FileNotFoundError, match=r"epoch_0001\.npz"):
            run.read_checkpoint(1)
        (run.path / "checkpoints" / "epoch_0001.npz").write_bytes(b"PK")
        with pytest.raises(ValueError, match=r"epoch_0001\.npz is damaged"):
            run.read_checkpoint(1)


class TestWeights:
    INITIAL = tuple(np.full(shape, -7) for shape in ((3, 4), (4, 4), (4, 2)))
    FINAL = tuple(np.arange(array.size).reshape(array.shape) for array in INITIAL)

    def test_come_back_as_they_were(self, run: RunFolder) -> None:
        run.write_weights(self.INITIAL, self.FINAL)
        assert all(np.array_equal(*pair) for pair in zip(run.read_weights(), self.FINAL, strict=True))
        with np.load(run.path / "weights.npz") as archive:
            assert set(archive["w_rec_initial"].flat) == {-7}

    def test_equal_weights_give_equal_bytes(self, run: RunFolder) -> None:
        contents = set()
        for _ in range(2):
            run.write_weights(self.INITIAL, self.FINAL)
            contents.add((run.path / "weights.npz").read_bytes())
        assert len(contents) == 1

    def test_missing(self, run: RunFolder) -> None:
        path = run.path / "weights.npz"
        with refused(f"{path} is missing, {run.path} does not hold a finished run"):
            run.read_weights()

    @pytest.mark.parametrize("share", [0, 0.3, 0.9])
    def test_damaged(self, run: RunFolder, share: float) -> None:
        run.write_weights(self.INITIAL, self.FINAL)
        path = run.path / "weights.npz"
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
        with refused(f"{path} is damaged or not an .npz archive"):
            run.read_weights()

    @pytest.mark.parametrize("change", [{"w_rec": np.zeros(3)}, {"w_rec": np.array("text")}, {"other": 1}])
    def test_other_arrays(self, run: RunFolder, change: dict[str, Any]) -> None:
        path = run.path / "weights.npz"
        np.savez(path, w_in=self.FINAL[0], w_out=self.FINAL[2], **change)
        with refused(f"{path} is damaged, it has no integers w_rec"):
            run.read_weights()


def test_pictures_are_among_the_names() -> None:
    assert set(PICTURES) < set(NAMES)
