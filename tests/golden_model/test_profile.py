"""The profile of a network: statistics by hand, changes against records, and the command as a whole."""

import dataclasses
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters
from golden_model.cli import run
from golden_model.experiment import Experiment, make_experiment
from golden_model.formats import Format
from golden_model.info import memory_bits
from golden_model.profile import measure, ticks_that_learn
from golden_model.profile_report import PICTURES, PROFILE, SUGGESTED
from golden_model.profile_run import reopen
from golden_model.profile_search import (
    FIELDS,
    Search,
    Trainer,
    Trial,
    narrower,
    narrowest,
    reseeded,
    search,
)
from golden_model.profile_signals import ARRAYS, SIGNALS, STATE, Loss, make_use
from golden_model.profile_updates import Updates, changes_of, magnitudes
from golden_model.reference import Reference
from golden_model.run_folder import RESULTS, WEIGHTS, RunFolder
from golden_model.scaling import weights_at
from golden_model.tasks import TaskData
from golden_model.training import train
from tests.golden_model.networks import SMALL

QUICK = ("--epochs", "1", "--repeats", "1")
FAST = (
    "h_1=15",
    "h_2=15",
    "h_3=15",
    "h_4=15",
    "learn_sig_scale=8",
    "lr_p_winp=14",
    "lr_r_winp=0",
    "lr_p_wrec=14",
    "lr_r_wrec=0",
    "lr_p_wout=15",
    "lr_r_wout=0",
)

Capture = pytest.CaptureFixture[str]


def small(*assignments: str) -> Experiment:
    """Return a small experiment; all weights of one are 8 bits wide, whatever its configuration."""
    return make_experiment(
        "cue-accumulation", seed=1, n_train=6, n_test=8, assignments=(*SMALL, *assignments)
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small finished run."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    train(small(), folder, 2)
    return folder


class TestUse:
    def test_by_hand(self) -> None:
        use = make_use(Format(6, 2))
        use.add(np.array([[4, -8, 0], [-32, 12, 0]]))
        use.add(np.array([8]))
        assert (use.count, use.zeros, use.saturated) == (7, 2, 1)
        assert (use.least, use.greatest, use.top_unused, use.low_unused) == (-32, 12, 0, 2)
        assert use.positive.tolist() == [0, 0, 1, 2, 0, 0]
        assert use.negative.tolist() == [0, 0, 0, 1, 0, 1]

    def test_zero_does_not_saturate_an_unsigned_word(self) -> None:
        use = make_use(Format(4, 0, signed=False))
        use.add(np.array([0, 0, 15, 14]))
        assert (use.saturated, use.zeros, use.top_unused, use.low_unused) == (1, 2, 0, 0)

    def test_of_zeros_every_bit_below_the_sign_is_unused(self) -> None:
        for signed in (True, False):
            use = make_use(Format(5, 0, signed=signed))
            use.add(np.zeros(3, np.int64))
            assert (use.top_unused, use.low_unused) == (5 - signed, 5)

    @pytest.mark.parametrize("signed", [True, False])
    def test_unused_bits_are_those_that_could_be_taken_away(self, signed: bool) -> None:
        rng = np.random.default_rng(3)
        for _ in range(50):
            word = Format(int(rng.integers(3, 10)), int(rng.integers(0, 4)), signed=signed)
            values = rng.integers(word.low, word.high, 5, endpoint=True) >> rng.integers(0, 4)
            values = values >> 2 << 2
            use = make_use(word)
            use.add(values)
            fits = [n for n in range(1, word.bits + 1) if Format(n, 0, signed=signed).fits(values)]
            wholes = [n for n in range(word.bits + 1) if np.all(values % 2**n == 0)]
            narrow = fits[0] if signed or values.any() else 0
            assert (word.bits - use.top_unused, use.low_unused) == (narrow, wholes[-1])
            assert use.zeros + use.positive.sum() + use.negative.sum() == use.count == 5

    def test_a_leak_takes_the_ends_with_it(self) -> None:
        use = make_use(Format(8, 0), np.array([0x7001, 0x8000, 0x8FFF]), 15)
        use.add(np.array([[111, 127, 127], [110, 126, 126], [-112, -128, -128], [-111, -127, -127]]))
        assert use.saturated == 6


class TestLoss:
    def test_by_hand(self) -> None:
        loss = Loss()
        loss.add(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
        loss.add(np.array([[-3.0]]), np.array([[-2.0]]))
        assert loss.rms_error == pytest.approx(np.sqrt(1.25 / 3))
        assert loss.rms_reference == pytest.approx(np.sqrt(9 / 3))
        assert loss.bits == pytest.approx(np.log2(9 / 1.25) / 2)
        assert (loss.largest, loss.count) == (1.0, 3)

    def test_no_bits_where_nothing_differs_or_nothing_is_there(self) -> None:
        exact, absent = Loss(), Loss()
        exact.add(np.ones(2), np.ones(2))
        absent.add(np.ones(2), np.zeros(2))
        assert exact.bits is None
        assert absent.bits is None


class TestMeasure:
    def test_nothing_is_lost_without_leaks_and_learning(self) -> None:
        changes = ("do_eprop=0", "force_traces=1", "kappa=128", "alpha=0x8000", "threshold=3000")
        experiment = small(*changes)
        data = experiment.data
        profile = measure(experiment.config, data.parameters, data.weights, data.train[:2])
        for name in (*STATE, *ARRAYS):
            assert profile.losses[name].error == 0
        assert all(profile.losses[name].reference > 0 for name in STATE)
        assert profile.signals["learning_signal"].count == profile.updates["w_in"].count == 0

    def test_losses_are_those_of_core_and_reference(self) -> None:
        experiment = small("alpha=0x7F00", *FAST)
        config, data = experiment.config, experiment.data
        profile = measure(config, data.parameters, data.weights, data.train[:2])
        core, reference = Core(config, data.parameters), Reference(config, data.parameters)
        core.load_weights(*data.weights)
        squares, largest = 0.0, 0.0
        for sample in data.train[:2]:
            reference.load_weights(core.w_in, core.w_rec, core.w_out)
            records = core.run(sample, record=("spike", "membrane")).records
            twin = reference.run(sample, record="membrane", spikes=records["spike"]).records["membrane"]
            difference = records["membrane"][1:] / 2048 - twin[1:]
            squares += (difference**2).sum()
            largest = max(largest, np.abs(difference).max())
        assert profile.losses["membrane"].error == pytest.approx(squares)
        assert profile.losses["membrane"].largest == largest > 0
        assert profile.signals["membrane"].count == sum(8 * (s.n_ticks - 1) for s in data.train[:2])
        assert profile.signals["w_out"].least == min(0, core.w_out.min())

    def test_saturation_that_leaked_is_counted(self) -> None:
        experiment = small("alpha=0x7F00", "fp_loc_winp=7", "threshold=32767")
        data = experiment.data
        weights = (np.full_like(data.weights[0], -128), *data.weights[1:])
        profile = measure(experiment.config, data.parameters, weights, data.train[:1])
        use = profile.signals["membrane"]
        assert use.least == -32768 * 0x7F00 >> 15
        assert use.saturated >= 8

    @pytest.mark.parametrize("changes", [(), ("regul_mode=6",), ("do_eprop=0",), ("do_eprop=4",)])
    def test_learning_ticks_are_those_of_the_records(self, changes: tuple[str, ...]) -> None:
        data = small(*changes).data
        core = Core(Config(), data.parameters)
        learned = {record.tick for record in core.records(data.train[0]) if record.phase == "error"}
        assert set(np.flatnonzero(ticks_that_learn(data.parameters, data.train[0]))) == learned
        assert bool(learned) == (changes != ("do_eprop=0",))


def steps(config: Config, data: TaskData) -> tuple[int, int]:
    """Compare the steps of one sample with the magnitudes of their changes; return weights and steps."""
    parameters = data.parameters
    core, again = (Core(config, parameters) for _ in range(2))
    for each in (core, again):
        each.load_weights(*weights_at(data.weights, 8, config.weight_bits))
    sample, formats = data.train[0], make_use(Format(config.weight_bits)).format
    signals = core.run(sample, record=SIGNALS).records
    of_tick: dict[int, Any] = defaultdict(list)
    for record in again.records(sample):
        if record.phase.startswith("update"):
            of_tick[record.tick].append(record)
    n_weights = n_steps = 0
    for tick, records in of_tick.items():
        row = {name: signals[name][tick] for name in SIGNALS}
        changes = {
            name: (change, *shifts) for name, change, shifts in changes_of(config, data.parameters, row)
        }
        for record in records:
            name = record.phase.replace("update", "w")
            post = slice(None) if name == "w_out" else slice(16 * record.index[0], 16 * record.index[0] + 16)
            pre, (change, left, right) = record.index[-1], changes[name]
            d = change[pre, post]
            product = product_bits(config, name)
            values = {key: array[: d.size] for key, array in record.values.items()}
            fires = (d != 0) & (magnitudes(d, left, right, product) >= values["random"])
            expected = formats.saturate(values["before"] + np.where(fires, np.sign(d), 0))
            if name == "w_rec":
                expected = np.where(fires & (np.arange(d.size) == pre), 0, expected)
            assert (values["after"] == expected).all()
            n_weights, n_steps = n_weights + d.size, n_steps + int(fires.sum())
    return n_weights, n_steps


def product_bits(config: Config, name: str) -> int:
    trace: int = getattr(config, name.replace("w_", "trace_") + "_bits")
    return config.membrane_bits + trace + (2 if name == "w_out" else config.surrogate_bits - 1)


class TestUpdates:
    @pytest.mark.parametrize("mode", [0, 1, 2, 3, 7])
    @pytest.mark.parametrize(
        "widths", [{}, {"weight_bits": 6, "trace_in_bits": 8, "trace_rec_bits": 13, "membrane_bits": 14}]
    )
    def test_steps_of_a_core_are_those_that_the_changes_say(self, mode: int, widths: dict[str, int]) -> None:
        changes = (f"regul_mode={mode}", "regul_w=3", "regul_f0=0", "regul_k_mul=0", "fp_loc_trec=3", *FAST)
        data = small(*changes).data
        n_weights, n_steps = steps(Config(**widths), data)
        assert n_weights > 1000
        assert n_steps > 50

    def test_by_hand(self) -> None:
        updates = Updates(8)
        updates.add(np.array([[0, 1, -3], [64, -200, 127]]), left=1, right=2)
        assert (updates.count, updates.zeros, updates.below, updates.clamped) == (6, 1, 1, 1)
        assert updates.counts.tolist() == [0, 0, 3, 0, 0, 0, 0, 1]  # 32, 63, 63; 1
        assert updates.total == (1 + 32 + 63 + 63) / 256

    @pytest.mark.parametrize(("trace_rec_bits", "changes"), [(12, [402, -610]), (14, [560, -602])])
    def test_regularization_by_hand(self, trace_rec_bits: int, changes: list[int]) -> None:
        registers = ("regul_mode=3", "regul_w=1", "regul_k_mul=0", "regul_k_inp_p=2", "regul_k_inp_r=1")
        parameters = small(*registers).data.parameters
        signals = {
            "trace_in": np.array([16]),  # 2 at the scale of the update rule
            "trace_rec": np.array([0]),
            "trace_out": np.array([0]),
            "error": np.array([0]),
            "learning_signal": np.array([100, -100]),
            "pseudo_derivative": np.array([3, 3]),
            "regularization": np.array([5, 5]),
        }
        config = Config(trace_rec_bits=trace_rec_bits)
        of_array = {name: change for name, change, _ in changes_of(config, parameters, signals)}
        assert of_array["w_in"].tolist() == [changes]

    def test_a_magnitude_never_overflows(self) -> None:
        change = np.array([2**46, -(2**46), 1, 0])
        assert magnitudes(change, 60, 0, 47).tolist() == [2**47 - 1, 2**47 - 1, 2**47 - 1, 0]
        assert magnitudes(change, 0, 3, 47).tolist() == [2**43, 2**43, 0, 0]


class TestSearch:
    def test_weights_are_rounded_and_clipped(self) -> None:
        array = np.array([[-128, -40, -38, 3, 5, 127]])
        narrow, wide = (weights_at((array, array, array), 8, bits) for bits in (6, 10))
        assert narrow[0].tolist() == [[-32, -10, -9, 1, 1, 31]]
        assert wide[2].tolist() == [[-512, -160, -152, 12, 20, 508]]

    def test_every_width_down_to_the_least_is_tried(self) -> None:
        widths = [config.weight_bits for config in narrower(Config(weight_bits=5), "weight_bits")]
        assert widths == [4, 3, 2]
        assert narrower(Config(surrogate_bits=2), "surrogate_bits") == []

    def test_the_first_width_that_costs_too_much_ends_a_field(self) -> None:
        own = Trial(Config(), (0.98, 1.0))
        scores = [(0.97, 0.97), (), (1.0, 1.0)]
        trials = [
            Trial(config, s) for config, s in zip(narrower(Config(), "weight_bits"), scores, strict=False)
        ]
        assert narrowest("weight_bits", own, trials, 0.02) == 7
        assert narrowest("weight_bits", own, trials, 0.01) == 8
        assert narrowest("weight_bits", own, trials[2:], 0.0) == 5

    def test_other_seeds_change_nothing_else(self) -> None:
        parameters = small().data.parameters
        other = reseeded(parameters, 1)
        names = [n for n, v in other.registers.to_dict().items() if v != parameters.registers.to_dict()[n]]
        assert len(names) == 9
        assert all(name.startswith("seed_") for name in names)
        assert reseeded(parameters, 1) == other != reseeded(parameters, 2)

    def test_scores_are_those_of_trainings(self, tmp_path: Path) -> None:
        experiment = make_experiment("cue-accumulation", seed=2, n_train=6, n_test=30, assignments=SMALL)
        found = search(Trainer(experiment, epochs=3, repeats=1), tolerance=0.1)
        own = train(experiment, tmp_path / "own", 4)
        assert len(set(own.accuracy["test"])) == 4
        assert found.own.scores == (own.accuracy["test"][2],)
        config = found.suggestion.config
        weights = weights_at(experiment.data.weights, 8, config.weight_bits)
        data = dataclasses.replace(experiment.data, weights=weights)
        narrow = train(Experiment(experiment.task, data, config), tmp_path / "narrow", 3)
        assert found.suggestion.scores == (narrow.accuracy["test"][-1],)
        assert config != experiment.config
        self.check(found)

    def check(self, found: Search) -> None:
        """Check what every search keeps to."""
        assert found.suggestion.accuracy is not None
        assert found.own.accuracy is not None
        assert found.suggestion.accuracy >= found.own.accuracy - found.tolerance - 1e-9
        assert found.suggestion.memory_bits == sum(memory_bits(found.suggestion.config).values())
        assert tuple(found.single) == FIELDS

    def test_a_width_that_takes_a_register_value_away_is_not_trained(self) -> None:
        trials = Trainer(small("h_1=1", "fp_loc_tout=6"), 1, 1).try_out(
            [Config(surrogate_bits=4), Config(trace_out_bits=6), Config()]
        )
        assert trials[0].obstacle.startswith("h_1 = 1 becomes 0")
        assert trials[1].obstacle.startswith("fp_loc_tout = 6 is outside 0..5")
        assert [len(trial.scores) for trial in trials] == [0, 0, 1]
        assert trials[0].accuracy is None

    def test_what_the_own_configuration_takes_away_does_not_count(self) -> None:
        found = search(Trainer(small("h_1=1", "surrogate_bits=4"), 1, 1), tolerance=1.0)
        assert found.own.obstacle == ""
        assert found.suggestion.config.weight_bits == 2

    def test_bits_are_given_back_until_it_costs_little_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def accuracy(config: Config) -> float:
            alone = sum(getattr(config, name) != getattr(Config(), name) for name in FIELDS) < 2
            return 1.0 if alone or config.weight_bits >= 5 else 0.0

        def try_out(_: Trainer, configs: list[Config]) -> list[Trial]:
            return [Trial(config, (accuracy(config),)) for config in configs]

        monkeypatch.setattr(Trainer, "try_out", try_out)
        found = search(Trainer(small()), tolerance=0.1)
        assert [trial.config.weight_bits for trial in found.combined] == [2, 3, 4, 5]
        assert found.suggestion.config.trace_rec_bits == 7
        assert found.suggestion.config.surrogate_bits == 5

    @pytest.mark.parametrize("name", ["epochs", "repeats"])
    def test_numbers_out_of_range_are_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match=f"^{name} = 0 is not at least 1$"):
            Trainer(small(), **{name: 0})
        with pytest.raises(ValueError, match=r"^tolerance = 2 is outside 0..1$"):
            search(Trainer(small()), 2)


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
