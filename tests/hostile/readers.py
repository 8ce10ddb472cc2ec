"""Every file that the project reads: a sound one, what may become of it, and who reads it."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from golden_model import Core, Sample, make_experiment, read_samples, train, write_samples
from golden_model.cli import run
from golden_model.conversion.float_network import FloatNetwork
from golden_model.conversion.nir_graph import read_nir, write_nir
from golden_model.network.network import Network
from golden_model.network.parameters import write_network
from golden_model.profiling.run import reopen
from golden_model.recordings.vectors import verify
from golden_model.tasks.published import read_published
from golden_model.training.evaluation import evaluate
from golden_model.training.expected import compare, read_expected
from golden_model.training.run_folder import RunFolder
from tests.helpers.networks import SMALL
from tests.helpers.places import VECTORS
from tests.hostile.mutations import Random, arrays_mutated, bytes_mutated, text_mutated

Mutation = Callable[[bytes, Random], bytes]

ARCHIVE: tuple[Mutation, ...] = (bytes_mutated, arrays_mutated, arrays_mutated)
TEXT: tuple[Mutation, ...] = (bytes_mutated, text_mutated, text_mutated)
EXPERIMENT = make_experiment("cue-accumulation", n_train=2, n_test=2, assignments=SMALL)
SAMPLES = [Sample([(0, 3), (4, 1), (5, 0)], 8, 1, target_start=5), Sample([(5, 7)], 10, 0, target_start=5)]


@dataclass(frozen=True)
class Reader:
    """How a kind of file is made and read.

    Attributes
    ----------
    name : str
        Of the file, in a folder.
    make : callable
        Fills a folder with sound files.
    read : callable
        Reads the files of a folder, and does with their content what depends on it.
    mutations : tuple of callable
        What may become of the file.
    few : int
        Cases that take a second or two.
    """

    name: str
    make: Callable[[Path], object]
    read: Callable[[Path], object]
    mutations: tuple[Mutation, ...]
    few: int = 100


def make_run(folder: Path) -> None:
    with patch("golden_model.training.training.write_pictures"):
        train(EXPERIMENT, folder, 1)
    write_samples(folder / "samples.npz", EXPERIMENT.data.test)


def make_published(folder: Path) -> None:
    rng = np.random.default_rng(1)
    for name, count in (("inp", 4), ("rec", 4), ("out", 2)):
        rows = "".join(f"{weight}\n" for weight in rng.integers(-128, 128, count))
        (folder / f"init_rand_weights_{name}_cueAcc.dat").write_text(rows)
    for name in ("train", "test"):
        (folder / f"dataset_cueAcc_{name}.dat").write_text("1\n0, 3\n-2, 1\n1, 4\n-1, 8\n")
    registers = {"num_inp_neur": 1, "num_rec_neur": 1, "num_out_neur": 0, "kappa": 120, "alpha_conf": "0"}
    (folder / "registers.json").write_text(json.dumps(registers))


def make_expected(folder: Path) -> None:
    answer = {"label": 1, "inference": 0, "weights_sha256": "ab"}
    places = [{"epoch": 1, "set": name, "sample": 0} for name in ("train", "test")]
    (folder / "expected.json").write_text(json.dumps([{**place, **answer} for place in places], indent=1))


def float_network() -> FloatNetwork:
    rng = np.random.default_rng(2)
    weights = (rng.normal(0, 0.1, shape) for shape in ((3, 4), (4, 4), (4, 2)))
    w_in, w_rec, w_out = weights
    return FloatNetwork(w_in, w_rec, w_out, 20.0, 1.0, 20.0, 1.0, "subtract")


def make_network(folder: Path) -> None:
    write_network(folder / "network.toml", EXPERIMENT.config, EXPERIMENT.data.parameters)


def read_network(folder: Path) -> None:
    Network.read(folder / "network.toml")


def command(*words: object) -> None:
    """Run a command; a ValueError is what it says when it ends with exit code 2."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
        code = run([str(word) for word in words])
    *warnings, last = errors.getvalue().split("\n")[:-1] or [""]
    assert all(line.startswith("eprop: warning: ") for line in warnings), errors.getvalue()
    assert (code, last.startswith("eprop: ")) in ((0, False), (1, False), (2, True)), (code, last)
    if code == 2:
        raise ValueError(last)


def answer(folder: Path) -> list[float]:
    return [one.score for one in evaluate(folder, [folder / "samples.npz"])]


def profile(folder: Path) -> None:
    reopen(RunFolder(folder))


def published(folder: Path) -> None:
    read_published(folder, 2, 2, 1)


def resume(folder: Path) -> None:
    run = RunFolder(folder)
    results = run.open(EXPERIMENT.settings(), resume=True)
    repr(results), results.to_frame()
    run.restore(Core(EXPERIMENT.config, EXPERIMENT.data.parameters), 1)


def compare_expected(folder: Path) -> None:
    expected = read_expected(folder)
    if expected is not None:
        str(compare([], expected, 1))


def copy_recording(folder: Path) -> None:
    (folder / "recording.npz").write_bytes((VECTORS / "wide_701_03.npz").read_bytes())


READERS = {
    "recording for a command": Reader(
        "recording.npz",
        copy_recording,
        lambda folder: command("verify", folder / "recording.npz"),
        ARCHIVE,
        20,
    ),
    "network for a command": Reader(
        "network.toml",
        make_network,
        lambda folder: command("info", "--config", folder / "network.toml"),
        TEXT,
        20,
    ),
    "samples for a command": Reader(
        "samples.npz",
        make_run,
        lambda folder: command("evaluate", folder, folder / "samples.npz"),
        ARCHIVE,
        20,
    ),
    "recording": Reader(
        "recording.npz", copy_recording, lambda folder: verify(folder / "recording.npz"), ARCHIVE
    ),
    "samples": Reader(
        "samples.npz",
        lambda folder: write_samples(folder / "samples.npz", SAMPLES),
        lambda folder: read_samples(folder / "samples.npz"),
        ARCHIVE,
    ),
    "samples as text": Reader(
        "samples.dat",
        lambda folder: write_samples(folder / "samples.dat", SAMPLES),
        lambda folder: read_samples(folder / "samples.dat", 5),
        TEXT,
    ),
    "float network": Reader(
        "network.npz",
        lambda folder: float_network().save(folder / "network.npz"),
        lambda folder: FloatNetwork.load(folder / "network.npz"),
        ARCHIVE,
    ),
    "NIR": Reader(
        "network.nir",
        lambda folder: write_nir(folder / "network.nir", float_network()),
        lambda folder: read_nir(folder / "network.nir"),
        (bytes_mutated,),
    ),
    "network": Reader("network.toml", make_run, lambda folder: (read_network(folder), answer(folder)), TEXT),
    "samples to answer": Reader("samples.npz", make_run, answer, ARCHIVE),
    "weights": Reader(
        "weights.npz", make_run, lambda folder: (reopen(RunFolder(folder)), answer(folder)), ARCHIVE
    ),
    "results to answer": Reader("results.json", make_run, answer, TEXT),
    "results to profile": Reader("results.json", make_run, profile, TEXT),
    "results to resume": Reader("results.json", make_run, resume, TEXT),
    "checkpoint": Reader("checkpoints/epoch_0001.npz", make_run, resume, ARCHIVE),
    "expected": Reader("expected.json", make_expected, compare_expected, TEXT),
    **{
        f"published {name}": Reader(name, make_published, published, TEXT)
        for name in ("init_rand_weights_rec_cueAcc.dat", "dataset_cueAcc_test.dat", "registers.json")
    },
}
