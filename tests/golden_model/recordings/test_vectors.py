"""Recorded vectors: the golden model reproduces every one, and damage is found and named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers, Sample
from golden_model.network.formats import Formats
from golden_model.recordings.recorder import record, save
from golden_model.recordings.vectors import Difference, Vector, verify
from tests.helpers.places import VECTORS
from tests.twins import vectors as twins

FOLDER = VECTORS
PATHS = sorted(FOLDER.glob("*.npz"))
WIDTHS = sorted(FOLDER.glob("widths/*.npz"))
SMALL = FOLDER / "wide_701_03.npz"
SHADOW = FOLDER / "widths" / "weight_5_shadow_16.npz"
RADIX = {"fp_loc_winp": 0, "fp_loc_wrec": 0, "fp_loc_wout": 0}
LEAKS = [0x7456, 0x7000, 0x8000, 0x8001, 0x8FFF, 0x7FFF, 0x8000]
CLASSIFICATION = FOLDER / "core_101_01.npz"

Arrays = dict[str, Any]
Rewrite = Callable[..., Path]


@pytest.fixture
def rewrite(tmp_path: Path) -> Rewrite:
    """Return a function that writes a copy of a vector with some arrays changed in place."""

    def write(change: Callable[[Arrays], object], source: Path = SMALL) -> Path:
        with np.load(source) as file:
            arrays = dict(file)
        change(arrays)
        np.savez(tmp_path / "changed.npz", **arrays)
        return tmp_path / "changed.npz"

    return write


def put(name: str, index: tuple[int, ...], value: int) -> Callable[[Arrays], object]:
    return lambda arrays: arrays[name].__setitem__(index, value)


def test_all_vectors_are_here() -> None:
    assert len(PATHS) == 62
    assert {path.stem.split("_")[0] for path in PATHS} == set(
        re.findall(r"\w+", "core full wide theta extreme overflow small zerolr regul mulfloor late")
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_golden_model_reproduces_the_recording(path: Path) -> None:
    assert verify(path) is None


@pytest.mark.parametrize("path", WIDTHS, ids=lambda path: path.stem)
def test_golden_model_reproduces_the_naive_twin_at_other_widths(path: Path) -> None:
    assert verify(path) is None


def test_recordings_of_other_widths_need_both_classes_of_words() -> None:
    assert len(WIDTHS) >= 24
    assert {Formats(Vector.load(path).config).product_bits for path in WIDTHS} == {32, 64}


def test_a_wrong_shadow_bit_is_found(rewrite: Rewrite) -> None:
    path = rewrite(lambda arrays: arrays["w_rec_after"].__setitem__((1, 2, 3), 5), SHADOW)
    difference = verify(path)
    assert difference is not None
    assert (difference.sample, difference.signal, difference.index, difference.expected) == (
        1,
        "w_rec",
        (2, 3),
        5,
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("[3]", "config is not a JSON object: "),
        ('{"weight_bits": 17}', "weight_bits = 17 is outside 2..16"),
        ('{"shadow_bit": 3}', "unknown configuration field 'shadow_bit', did you mean 'shadow_bits'?"),
        ('{"trace_in_bits": 4}', "fp_loc_tinp = "),
    ],
)
def test_a_recording_with_an_impossible_configuration(rewrite: Rewrite, config: str, message: str) -> None:
    radix = '{"fp_loc_tinp": 5}'

    def change(arrays: Arrays) -> None:
        registers = json.loads(str(arrays["registers"])) | json.loads(radix)
        arrays.update(config=np.array(config), registers=np.array(json.dumps(registers)))

    with pytest.raises(ValueError, match=re.escape(message)):
        verify(rewrite(change, SHADOW))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_loaded_vector_holds_what_the_file_holds(path: Path) -> None:
    vector = Vector.load(path)
    with np.load(path) as file:
        raw = dict(file)
    n_in, n_rec = int(raw["n_in"]), int(raw["n_rec"])
    assert (vector.parameters.n_in, vector.parameters.n_rec) == (n_in, n_rec)
    conf = int(json.loads(str(raw["registers"]))["alpha_conf"], 16)
    tops = [0x8000 if conf & 2**pair else 0x7000 for pair in range(len(raw["alpha_low12"]))]
    assert vector.parameters.alpha[: len(tops)].tolist() == (raw["alpha_low12"] + tops).tolist()
    assert vector.parameters.registers.alpha_conf == conf
    rasters = np.stack([sample.raster(n_in) for sample in vector.samples])
    assert np.array_equal(np.packbits(rasters, axis=-1, bitorder="little"), raw["events"])
    assert np.array_equal(np.packbits(vector.spikes, axis=-1, bitorder="little"), raw["spikes"])
    assert vector.spikes.shape == (*raw["outputs"].shape[:2], n_rec)


@pytest.mark.parametrize("path", [SMALL, CLASSIFICATION], ids=["regression", "classification"])
def test_samples_have_labels_or_targets(path: Path) -> None:
    samples = Vector.load(path).samples
    with np.load(path) as file:
        if path == SMALL:
            assert [sample.targets.tolist() for sample in samples] == file["targets"].tolist()
        else:
            assert [sample.label for sample in samples] == file["labels"].tolist()
        assert {sample.target_start for sample in samples} == {int(file["target_start"])}


@pytest.mark.parametrize(
    ("name", "index", "signal", "tick", "place"),
    [
        ("outputs", (1, 5, 2), "readout", 5, (2,)),
        ("inference", (1,), "inference", None, ()),
        ("w_in_after", (2, 7, 3), "w_in", None, (7, 3)),
        ("w_rec_after", (0, 3, 1), "w_rec", None, (3, 1)),
        ("w_out_after", (2, 0, 13), "w_out", None, (0, 13)),
    ],
)
def test_changed_value_is_found(
    rewrite: Rewrite, name: str, index: tuple[int, ...], signal: str, tick: int | None, place: tuple[int, ...]
) -> None:
    with np.load(SMALL) as file:
        recorded = int(file[name][index])
    path = rewrite(put(name, index, recorded ^ 1))
    assert verify(path) == Difference(index[0], tick, signal, place, recorded ^ 1, recorded)


def test_changed_spike_is_found(rewrite: Rewrite) -> None:
    with np.load(SMALL) as file:
        byte = int(file["spikes"][1, 7, 0])
    path = rewrite(put("spikes", (1, 7, 0), byte ^ 0b100))
    assert verify(path) == Difference(1, 7, "spike", (2,), 1 - (byte >> 2 & 1), byte >> 2 & 1)


def test_first_difference_is_that_of_the_first_sample_tick_and_signal(rewrite: Rewrite) -> None:
    later = ["w_out_after", "w_rec_after", "w_in_after", "inference"]

    def spoil(arrays: Arrays) -> None:
        for name in later:
            arrays[name][1] ^= 1
        arrays["outputs"][1, 9:, 0] ^= 1
        arrays["outputs"][2, 1:] ^= 1
        arrays["spikes"][1, 9:, 0] ^= 1

    def spoil_earlier_readout(arrays: Arrays) -> None:
        spoil(arrays)
        arrays["outputs"][1, 8, 1] ^= 1

    def spoil_inference(arrays: Arrays) -> None:
        for name in later:
            arrays[name][1] ^= 1

    def spoil_weights(arrays: Arrays) -> None:
        for name in later[:-1]:
            arrays[name][1] ^= 1

    first = [
        verify(rewrite(change)) for change in (spoil, spoil_earlier_readout, spoil_inference, spoil_weights)
    ]
    places = [(found.sample, found.tick, found.signal, found.index) for found in first if found]
    assert places == [
        (1, 9, "spike", (0,)),
        (1, 8, "readout", (1,)),
        (1, None, "inference", ()),
        (1, None, "w_in", (0, 0)),
    ]


def test_row_0_precedes_any_step_and_is_ignored(rewrite: Rewrite) -> None:
    def spoil(arrays: Arrays) -> None:
        arrays["spikes"][:, 0, 0] ^= 1
        arrays["outputs"][:, 0] ^= 1

    assert verify(rewrite(spoil)) is None


def test_difference_reads_as_one_line() -> None:
    assert str(Difference(1, 7, "spike", (2,), 1, 0)) == "sample 1, tick 7, spike[2]: expected 1, got 0"
    assert str(Difference(1, None, "w_in", (7, 3), -1, 0)) == "sample 1, w_in[7, 3]: expected -1, got 0"
    assert str(Difference(1, None, "inference", (), 2, 0)) == "sample 1, inference: expected 2, got 0"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda arrays: arrays.pop("w_rec"), "the array 'w_rec' is missing"),
        (
            lambda arrays: arrays.update(outputs=arrays["outputs"] * 1.0),
            "outputs has dtype float64, which is not",
        ),
        (
            lambda arrays: arrays.update(w_in=arrays["w_in"][1:]),
            "w_in has shape [7, 4], not [8, 4] (n_in, n_rec)",
        ),
        (lambda arrays: arrays.update(n_in=9), "n_in = 9 disagrees with 8 of the registers"),
        (lambda arrays: arrays.update(n_rec=[4]), "n_rec has shape [1], not a single value"),
        (
            lambda arrays: arrays.update(events=arrays["events"][0]),
            "events has 2 axes, not (sample, tick, line)",
        ),
        (
            lambda arrays: arrays.update(spikes=arrays["spikes"].astype(int)),
            "spikes has dtype int64, not uint8",
        ),
        (put("spikes", (0, 3, 0), 0x10), "spikes has a padding bit set beyond its 4 columns"),
        (put("alpha_low12", (1,), 4096), "alpha_low12 = 4096 is outside 0..4095"),
        (put("threshold", (1,), 32768), "threshold = 32768 of pair 1 is outside -32768..32767"),
        (lambda arrays: arrays.update(registers="{"), "registers is not a JSON object: "),
        (lambda arrays: arrays.update(registers="[1]"), "registers is not a JSON object: "),
        (
            lambda arrays: arrays.update(registers='{"kapa": 1}'),
            "unknown register 'kapa', did you mean 'kappa'?",
        ),
        (lambda arrays: arrays.update(target_start=48), "target_start = 48 is outside 0..47"),
    ],
)
def test_damaged_array_is_named(rewrite: Rewrite, change: Callable[[Arrays], object], sentence: str) -> None:
    path = rewrite(change)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}: {sentence}')}"):
        Vector.load(path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 and no more", b"\x93NUMPY"])
def test_file_that_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is damaged or not an .npz archive$"):
        Vector.load(path)


def published(vector: Vector, path: Path) -> Path:
    """Write a recording as those of the published circuit are, with the leaks that only readouts have."""
    save(vector, path)
    with np.load(path) as file:
        arrays = dict(file)
    alpha, pairs = arrays.pop("alpha").astype(np.int64), vector.parameters.n_rec // 2
    registers = vector.parameters.registers.to_dict()
    registers["alpha_conf"] = hex(registers["alpha_conf"])
    arrays |= {"registers": np.array(json.dumps(registers)), "threshold": arrays["threshold"][:pairs]}
    np.savez(path, alpha_low12=alpha[:pairs] % 4096, alpha_low12_out=alpha[pairs:] % 4096, **arrays)
    return path


@pytest.fixture(scope="module")
def with_readout_leaks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of one pair of neurons and six of readouts, whose leaks are below, at and above 1.0."""
    rng = np.random.default_rng(11)
    registers = Registers.for_network(n_in=2, n_rec=2, n_out=14, do_eprop=0, en_stoch_round=1, **RADIX)
    parameters = Parameters(registers, LEAKS, threshold=12)
    core = Core(Config.preset("reckon"), parameters)
    core.load_weights(*(rng.integers(-4, 10, shape) for shape in ((2, 2), (2, 2), (2, 14))))
    samples = [Sample.from_raster(rng.random((40, 2)) < 0.5, label=0) for _ in range(2)]
    return published(record(core, samples), tmp_path_factory.mktemp("leaks") / "leaks.npz")


def test_leaks_of_readouts_only_are_recorded(with_readout_leaks: Path) -> None:
    vector = Vector.load(with_readout_leaks)
    assert vector.parameters.alpha.tolist() == LEAKS
    assert verify(with_readout_leaks) is None
    assert vector.remark() == ""
    assert twins.replay(twins.load(with_readout_leaks)) is None


def test_a_result_that_depends_on_leaks_that_are_not_recorded_says_so(
    rewrite: Rewrite, with_readout_leaks: Path
) -> None:
    path = rewrite(lambda arrays: arrays.pop("alpha_low12_out"), with_readout_leaks)
    assert verify(path) is not None
    assert Vector.load(path).remark() == (
        "the result depends on the leaks of pairs 2, 3, 4, 6, which only readouts have: "
        "the recording has no array alpha_low12_out, they are taken for 1.0"
    )


def test_where_leaks_of_readouts_only_do_not_matter(rewrite: Rewrite, with_readout_leaks: Path) -> None:
    def without_rounding(arrays: Arrays) -> None:
        del arrays["alpha_low12_out"]
        registers = json.loads(str(arrays["registers"])) | {"en_stoch_round": 0}
        arrays["registers"] = np.array(json.dumps(registers))

    def below(arrays: Arrays) -> None:
        del arrays["alpha_low12_out"]
        registers = json.loads(str(arrays["registers"])) | {"alpha_conf": "0x0"}
        arrays["registers"] = np.array(json.dumps(registers))

    for change in (without_rounding, below):
        assert Vector.load(rewrite(change, with_readout_leaks)).guessed_leaks == ()
    guessed = {path.stem: Vector.load(path).guessed_leaks for path in (*PATHS, *WIDTHS)}
    assert {name: pairs for name, pairs in guessed.items() if pairs} == {"wide_701_00": (1, 2)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("alpha_low12_out", (1,), 4096), "alpha_low12_out = 4096 is outside 0..4095"),
        (
            lambda arrays: arrays.update(alpha_low12_out=arrays["alpha_low12_out"][1:]),
            "alpha_low12_out has shape [5], not [6] (pairs of readouts only)",
        ),
        (
            lambda arrays: arrays.update(alpha_low12_out=arrays["alpha_low12_out"] * 1.0),
            "alpha_low12_out has dtype float64, which is not an integer one",
        ),
    ],
)
def test_damaged_leaks_of_readouts_only(
    rewrite: Rewrite, with_readout_leaks: Path, change: Callable[[Arrays], object], sentence: str
) -> None:
    path = rewrite(change, with_readout_leaks)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}: {sentence}')}$"):
        Vector.load(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_named(tmp_path: Path, share: float) -> None:
    content = SMALL.read_bytes()
    path = tmp_path / "cut.npz"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is damaged or not an .npz archive$"):
        Vector.load(path)


def test_bare_array_is_no_vector(tmp_path: Path) -> None:
    path = tmp_path / "bare.npy"
    np.save(path, np.arange(3))
    with pytest.raises(ValueError, match=r"bare\.npy is damaged or not an \.npz archive$"):
        Vector.load(path)


class TestShared:
    """The vectors here against those they were copied from."""

    def test_copies_are_identical(self, shared: Path) -> None:
        theirs = {path.name: path.read_bytes() for path in (shared / "vectors").iterdir()}
        assert {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()} == theirs


def test_a_recording_that_its_configuration_refuses_is_named(rewrite: Rewrite) -> None:
    path = rewrite(lambda arrays: arrays.update(config=np.array('{"n_in": 1}')), SHADOW)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: n_in = "):
        verify(path)
