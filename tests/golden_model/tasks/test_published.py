"""The published folder: found, checked, and refused by name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model.tasks.cue_accumulation import CueAccumulation
from golden_model.tasks.published import read_published

SIZES = {"n_in": 3, "n_rec": 4, "n_out": 2}
EVENTS = "1\n0, 3\n-2, 1\n1, 4\n-1, 8\n"
W_IN, W_REC, W_OUT = (np.arange(rows * columns) - 4 for rows, columns in ((3, 4), (4, 4), (4, 2)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of the published layout."""
    (tmp_path / "dataset_cueAcc_train.dat").write_text(EVENTS)
    (tmp_path / "dataset_cueAcc_test.dat").write_text(EVENTS.replace("-2, 1", "-2, 0"))
    for name, weights in (("inp", W_IN), ("rec", W_REC), ("out", W_OUT)):
        text = "".join(f"{weight}\r\n" for weight in weights)
        (tmp_path / f"init_rand_weights_{name}_cueAcc.dat").write_bytes(text.encode())
    return tmp_path


class TestSmallFolder:
    def test_weights_are_pre_synaptic_major(self, folder: Path) -> None:
        w_in, w_rec, w_out = read_published(folder, **SIZES).weights
        assert w_in.tolist() == [[-4, -3, -2, -1], [0, 1, 2, 3], [4, 5, 6, 7]]
        assert w_rec[1, 0] == 0
        assert w_out.tolist() == [[-4, -3], [-2, -1], [0, 1], [2, 3]]

    def test_training_and_test_samples(self, folder: Path) -> None:
        (folder / "dataset_cueAcc_train.dat").write_text("2" + EVENTS[1:] + EVENTS[2:])
        data = read_published(folder, **SIZES)
        assert [sample.label for sample in data.train] == [1, 1]
        assert [sample.label for sample in data.test] == [0]

    def test_registers_of_the_task_where_the_folder_has_none(self, folder: Path) -> None:
        parameters = read_published(folder, **SIZES).parameters
        ours = CueAccumulation().parameters()
        assert (parameters.n_in, parameters.n_rec, parameters.n_out) == (3, 4, 2)
        assert (
            parameters.registers.replace(num_inp_neur=39, num_rec_neur=99, num_out_neur=1) == ours.registers
        )
        assert set(parameters.alpha.tolist()) == set(ours.alpha.tolist())

    def test_registers_of_the_folder(self, folder: Path) -> None:
        registers = {
            "num_inp_neur": 2,
            "num_rec_neur": 3,
            "num_out_neur": 1,
            "kappa": 99,
            "alpha_conf": "0x0",
        }
        (folder / "registers.json").write_text(json.dumps(registers))
        parameters = read_published(folder, **SIZES).parameters
        assert (parameters.registers.kappa, parameters.registers.regul_mode) == (99, 0)

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("init_rand_weights_inp_cueAcc.dat", "1\n" * 11, "inp_cueAcc.dat: 11 weights are not 3 x 4"),
            ("init_rand_weights_inp_cueAcc.dat", "1\n" * 13, "inp_cueAcc.dat: 13 weights are not 3 x 4"),
            ("init_rand_weights_rec_cueAcc.dat", "1\n" * 15 + "x\n", "rec_cueAcc.dat, line 16: 'x' is not a"),
            ("init_rand_weights_rec_cueAcc.dat", "1\n\n" * 8, "rec_cueAcc.dat, line 2: '' is not a weight"),
            ("init_rand_weights_out_cueAcc.dat", "128\n" * 8, r"line 1: weight 128 is outside -128\.\.127"),
            ("init_rand_weights_out_cueAcc.dat", "-129\n" * 8, "line 1: weight -129 is outside"),
            ("dataset_cueAcc_test.dat", "1\n0, 3\n", "dataset_cueAcc_test.dat, line 2: the file ends"),
            ("registers.json", "{", "registers.json: "),
            ("registers.json", "[1]", "registers.json: "),
            ("registers.json", '{"capa": 3}', "registers.json: unknown register 'capa'"),
            ("registers.json", '{"num_inp_neur": 3}', "registers.json: n_in = 4 is not 3"),
        ],
    )
    def test_damage_is_named(self, folder: Path, name: str, text: str, message: str) -> None:
        (folder / name).write_text(text)
        with pytest.raises(ValueError, match=message):
            read_published(folder, **SIZES)

    def test_a_missing_file_is_a_missing_file(self, folder: Path) -> None:
        (folder / "init_rand_weights_rec_cueAcc.dat").unlink()
        with pytest.raises(FileNotFoundError, match="init_rand_weights_rec_cueAcc.dat"):
            read_published(folder, **SIZES)


class TestPublishedFolder:
    def test_reads_everything(self, shared: Path) -> None:
        data = read_published(shared / "reckon")
        assert (len(data.train), len(data.test)) == (50, 50)
        assert [w.shape for w in data.weights] == [(40, 100), (100, 100), (100, 2)]
        assert data.weights[0][0, :5].tolist() == [28, -22, 0, 0, -27]

    def test_agrees_with_a_plain_reading(self, shared: Path) -> None:
        folder: Any = shared / "reckon"
        for name, weights in zip(("inp", "rec", "out"), read_published(folder).weights, strict=True):
            plain = np.loadtxt(folder / f"init_rand_weights_{name}_cueAcc.dat", dtype=int)
            assert np.array_equal(weights.ravel(), plain)
