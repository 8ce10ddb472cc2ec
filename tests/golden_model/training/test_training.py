"""Training: the order of samples, the rows, and what is left in the folder."""

import dataclasses
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from golden_model import Config, Core, Parameters, Sample
from golden_model.tasks import generate, get_task
from golden_model.training.experiment import Experiment, make_experiment
from golden_model.training.progress import Bar, Lines, Progress, make_progress
from golden_model.training.report import write_pictures
from golden_model.training.results import Results, Row
from golden_model.training.run_folder import NAMES
from golden_model.training.training import train, weights_digest
from tests.helpers.networks import SMALL


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment("cue-accumulation", seed=1, n_train=4, n_test=3, assignments=SMALL)


@pytest.fixture(scope="module")
def trained(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Results]:
    folder = tmp_path_factory.mktemp("trained") / "run"
    return folder, train(experiment, folder, 3)


def plain_rows(experiment: Experiment, epochs: int) -> list[Row]:
    """The same training in as few words as possible."""
    core, rows = Core(experiment.config, experiment.data.parameters), []
    core.load_weights(*experiment.data.weights)
    for epoch in range(1, epochs + 1):
        for kind, learn in (("train", True), ("test", False)):
            for index, sample in enumerate(getattr(experiment.data, kind)):
                inference = core.run(sample, learn=learn).inference
                weights = b"".join(np.int8(w).tobytes() for w in (core.w_in, core.w_rec, core.w_out))
                digest = hashlib.sha256(weights).hexdigest()
                rows.append(Row(epoch=epoch, set=kind, sample=index, label=sample.label,
                                inference=inference, weights_sha256=digest))  # fmt: skip
    return rows


class TestRows:
    def test_are_those_of_a_plain_loop(self, experiment: Experiment, trained: tuple[Path, Results]) -> None:
        assert trained[1].rows == plain_rows(experiment, 3)

    def test_weights_change_in_training_and_not_in_tests(self, trained: tuple[Path, Results]) -> None:
        digests = [row["weights_sha256"] for row in trained[1].rows]
        per_epoch = [digests[start : start + 7] for start in (0, 7, 14)]
        assert len({digest for epoch in per_epoch for digest in epoch[:4]}) > 6
        assert all(len(set(epoch[3:])) == 1 for epoch in per_epoch)

    def test_accuracy_is_the_share_of_right_rows(self, trained: tuple[Path, Results]) -> None:
        results = trained[1]
        for kind, accuracies in results.accuracy.items():
            for epoch, accuracy in enumerate(accuracies, start=1):
                rows = [row for row in results.rows if (row["epoch"], row["set"]) == (epoch, kind)]
                assert accuracy == sum(row["label"] == row["inference"] for row in rows) / len(rows)


class TestFolder:
    def test_holds_everything(self, trained: tuple[Path, Results]) -> None:
        folder, _ = trained
        assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
        assert sorted(path.name for path in (folder / "checkpoints").iterdir()) == [
            f"epoch_000{epoch}.npz" for epoch in (1, 2, 3)
        ]

    def test_weights_and_network(self, experiment: Experiment, trained: tuple[Path, Results]) -> None:
        folder, results = trained
        core = Core(Config.from_toml(folder / "network.toml"), Parameters.from_toml(folder / "network.toml"))
        with np.load(folder / "weights.npz") as archive:
            core.load_weights(*(archive[name] for name in ("w_in", "w_rec", "w_out")))
            initial = [archive[f"{name}_initial"] for name in ("w_in", "w_rec", "w_out")]
        assert weights_digest(core) == results.rows[-1]["weights_sha256"]
        assert all(np.array_equal(*pair) for pair in zip(initial, experiment.data.weights, strict=True))

    def test_settings_name_the_seeds_and_the_data(self, trained: tuple[Path, Results]) -> None:
        settings = trained[1].settings
        names = ("task", "seed", "n_train", "n_test", "target_start", "data")
        assert [settings[name] for name in names] == ["cue-accumulation", 1, 4, 3, 20, "generated"]
        assert settings["task_parameters"]["n_rec"] == 8
        assert settings["registers"]["seed_inp"] == 0xF0F0
        assert set(trained[1].versions) == {"eprop-core", "python", "numpy", "numba"}

    def test_an_equal_run_has_equal_files(
        self, experiment: Experiment, trained: tuple[Path, Results], tmp_path: Path
    ) -> None:
        train(experiment, tmp_path / "again", 3)
        for name in sorted(set(NAMES) - {"results.json", "checkpoints"}):
            assert (tmp_path / "again" / name).read_bytes() == (trained[0] / name).read_bytes(), name

    def test_drawing_leaves_the_core_as_it_was(
        self, experiment: Experiment, trained: tuple[Path, Results], tmp_path: Path
    ) -> None:
        core = Core(experiment.config, experiment.data.parameters)
        core.load_weights(*experiment.data.weights)
        before = core.snapshot().arrays
        write_pictures(tmp_path, experiment.task, experiment.data, trained[1], core)
        after = core.snapshot().arrays
        assert all(np.array_equal(before[name], after[name]) for name in before)


class TestData:
    def test_of_the_seed(self) -> None:
        ours = make_experiment("cue-accumulation", seed=5, n_train=2, n_test=1).data
        theirs = generate(get_task("cue-accumulation"), 5, 2, 1)
        assert (ours.train, ours.test) == (theirs.train, theirs.test)
        assert len(make_experiment("cue-accumulation").data.test) == 50

    def test_digest_tells_data_apart(self, experiment: Experiment) -> None:
        sample, *others = experiment.data.train
        digest = experiment.settings()["data_sha256"]
        changed = [
            {"weights": (experiment.data.weights[0] + 1, *experiment.data.weights[1:])},
            {"train": [Sample(sample.events, sample.n_ticks, 1 - (sample.label or 0), None, 20), *others]},
            {"train": [Sample(sample.events[1:], sample.n_ticks, sample.label, None, 20), *others]},
            {"test": experiment.data.test[::-1]},
            {"test": [Sample([], 40, targets=np.full((40, 2), value)) for value in (1, 2)]},
            {"test": [Sample([], 40, targets=np.full((40, 2), value)) for value in (2, 1)]},
        ]
        digests = {digest}
        for change in changed:
            data = dataclasses.replace(experiment.data, **change)
            digests.add(dataclasses.replace(experiment, data=data).settings()["data_sha256"])
        assert len(digests) == len(changed) + 1

    def test_samples_that_differ_in_target_start_have_none_in_common(self, experiment: Experiment) -> None:
        data = dataclasses.replace(experiment.data, test=[Sample([], 40, 0, target_start=19)])
        assert dataclasses.replace(experiment, data=data).settings()["target_start"] is None


class TestProgress:
    def test_hears_of_every_sample_and_epoch(self, experiment: Experiment, tmp_path: Path) -> None:
        heard: list[object] = []

        class Listener(Progress):
            def start(self, done: int, epochs: int, samples: int) -> None:
                heard.append((done, epochs, samples))

            def sample(self, row: Row) -> None:
                heard.append((row["set"], row["sample"]))

            def epoch(self, results: Results) -> None:
                heard.append(results.epochs)

        train(experiment, tmp_path / "run", 1, progress=Listener())
        train(experiment, tmp_path / "run", 1, resume=True, progress=Listener())
        order = [("train", n) for n in range(4)] + [("test", n) for n in range(3)]
        assert heard == [(0, 1, 7), *order, 1, (1, 1, 7)]

    def test_is_a_bar_on_a_terminal(self, experiment: Experiment, tmp_path: Path) -> None:
        screen = io.StringIO()
        console = Console(file=screen, force_terminal=True, width=100, color_system=None)
        with make_progress(console) as progress:
            results = train(experiment, tmp_path / "run", 2, progress=progress)
        assert isinstance(progress, Bar)
        train_accuracy, test_accuracy = (f"{results.accuracy[name][-1]:.1%}" for name in ("train", "test"))
        last = [line for line in screen.getvalue().splitlines() if "epoch" in line][-1]
        assert "epoch 2/2 " in last
        assert f" train {train_accuracy}, test {test_accuracy} " in last
        assert " samples/s " in last

    def test_is_lines_elsewhere(self) -> None:
        assert isinstance(make_progress(Console(file=io.StringIO())), Lines)


class TestRefused:
    @pytest.mark.parametrize("epochs", [0, -1])
    def test_no_epochs(self, experiment: Experiment, tmp_path: Path, epochs: int) -> None:
        with pytest.raises(ValueError, match=rf"^epochs = {epochs} is outside 1\.\.1000000$"):
            train(experiment, tmp_path / "run", epochs)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("kind", "sample", "message"),
        [
            ("train", Sample([(0, 8)], 40, 0), r"^train sample 1: line = 8 is outside 0\.\.7$"),
            ("test", Sample([], 40, 2), r"^test sample 1: label = 2 is outside 0\.\.1$"),
        ],
    )
    def test_sample_that_does_not_fit_leaves_nothing_behind(
        self, experiment: Experiment, tmp_path: Path, kind: str, sample: Sample, message: str
    ) -> None:
        samples = getattr(experiment.data, kind)
        data = dataclasses.replace(experiment.data, **{kind: [samples[0], sample]})
        with pytest.raises(ValueError, match=message):
            train(dataclasses.replace(experiment, data=data), tmp_path / "run", 1)
        assert list(tmp_path.iterdir()) == []
