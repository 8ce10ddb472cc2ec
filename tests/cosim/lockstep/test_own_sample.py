"""A sample of our own generator of cue accumulation is learned in lock step, whatever data are at hand."""

import json
from pathlib import Path

import pytest

from cosim.command import run as cosim
from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.recordings.recorder import record, save
from golden_model.tasks import generate
from golden_model.tasks.cue_accumulation import CueAccumulation
from tests.cosim.changes import learned
from tests.cosim.faulty import run
from tests.helpers.places import ROOT

LANES = 16
TASK = CueAccumulation(delay=100, n_cues=3, recall=50)
# Recurrent weights stand still.
RIGHT, WRONG = " = do_eprop[1] & ", " = 1'h0 & "


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training sample of the published network, shorter than the published ones."""
    data = generate(TASK, seed=1, n_train=1, n_test=0)
    core = Core(Config.preset("navigation"), data.parameters)
    core.load_weights(*data.weights)
    vector = record(core, data.train)
    assert learned(vector) == 3 * [True]
    path = tmp_path_factory.mktemp("recording") / "own.npz"
    save(vector, path)
    return path


@pytest.mark.long
def test_is_learned_in_lock_step(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "report.json"
    assert cosim(["--lanes", str(LANES), "--report", str(path), str(recording)]) == 0
    (found,) = json.loads(path.read_text())
    assert found["problem"] == ""
    assert found["words"] > 40_000


@pytest.mark.long
def test_is_not_equal_where_recurrent_weights_stand_still(recording: Path) -> None:
    found = run("still", "soc", {RIGHT: WRONG}, recording, LANES)[1].mismatch
    assert found is not None
    assert found["tick"] == TASK.target_start
    assert found["place"]["phase"] == "update_rec"
