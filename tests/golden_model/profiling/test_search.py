"""The search for narrower words: what is tried, and that scores are those of trainings."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config
from golden_model.network.memory import memory_bits
from golden_model.network.scaling import weights_at
from golden_model.profiling.search import (
    FIELDS,
    Search,
    Trainer,
    Trial,
    narrower,
    narrowest,
    reseeded,
    search,
)
from golden_model.training.experiment import Experiment, make_experiment
from golden_model.training.training import train
from tests.golden_model.profiling.experiments import small
from tests.helpers.networks import SMALL


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
        with pytest.raises(ValueError, match=rf"^{name} = 0 is outside 1\.\."):
            Trainer(small(), **{name: 0})
        with pytest.raises(ValueError, match=r"^tolerance = 2 is outside 0..1$"):
            search(Trainer(small()), 2)
