"""The profile of a network: what is measured, against core, reference and records."""

import numpy as np
import pytest

from golden_model import Config, Core
from golden_model.profiling.profile import measure, ticks_that_learn
from golden_model.profiling.signals import ARRAYS, STATE
from golden_model.reference.reference import Reference
from tests.golden_model.profiling.experiments import FAST, small


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
