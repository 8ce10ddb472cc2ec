"""Tasks by name: their parameters, their random numbers, their score."""

from typing import Any

import numpy as np
import pytest

from golden_model.samples.samples import Sample
from golden_model.tasks import TASKS, generate, get_task
from golden_model.tasks.cue_accumulation import CueAccumulation

TASK = CueAccumulation()


class TestGenerate:
    def test_one_generator_draws_weights_then_training_then_test_samples(self) -> None:
        data, rng = generate(TASK, 1, 2, 1), np.random.default_rng(1)
        assert all(np.array_equal(a, b) for a, b in zip(data.weights, TASK.weights(rng), strict=True))
        assert data.train == TASK.samples(rng, 2)
        assert data.test == TASK.samples(rng, 1)

    def test_the_first_samples_do_not_depend_on_how_many_follow(self) -> None:
        data, other = generate(TASK, 1, 2, 1), generate(TASK, 1, 3, 4)
        assert all(np.array_equal(a, b) for a, b in zip(data.weights, other.weights, strict=True))
        assert data.train == other.train[:2]
        assert data.train[0] != data.train[1]

    def test_another_seed_changes_everything(self) -> None:
        data, other = generate(TASK, 1, 1, 1), generate(TASK, 2, 1, 1)
        assert data.train != other.train
        assert data.test != other.test
        assert not any(np.array_equal(a, b) for a, b in zip(data.weights, other.weights, strict=True))


class TestTask:
    def test_is_found_by_name(self) -> None:
        assert get_task("cue-accumulation") == TASK
        assert get_task("cue-accumulation", delay=3).parameters() == TASK.parameters()
        assert all(get_task(name).name == name for name in TASKS)

    @pytest.mark.parametrize(
        ("name", "parameters", "message"),
        [
            ("cue", {}, "unknown task 'cue', did you mean 'cue-accumulation'"),
            ("foo", {}, "^unknown task 'foo', the tasks are cue-accumulation$"),
            (None, {}, "^unknown task None, the tasks are cue-accumulation$"),
            ([], {}, r"^unknown task \[\], the tasks are cue-accumulation$"),
            ("cue-accumulation", {"dealy": 3}, "has no parameter 'dealy', did you mean 'delay'"),
            ("cue-accumulation", {"delay": 10_001}, r"delay = 10001 is outside 0\.\.10000"),
            ("cue-accumulation", {"delay": -1}, r"delay = -1 is outside"),
            ("cue-accumulation", {"delay": 1.5}, "delay = 1.5 is not an integer"),
            ("cue-accumulation", {"delay": True}, "delay = True is not an integer"),
            ("cue-accumulation", {"rate": float("nan")}, r"rate = nan is outside 0\.\.1000"),
            ("cue-accumulation", {"rate": "fast"}, "rate = 'fast' is not a number"),
            ("cue-accumulation", {"p_majority": 0.4}, r"p_majority = 0.4 is outside 0\.5\.\.1"),
            ("cue-accumulation", {"n_cues": 6}, "n_cues = 6 is even"),
            ("cue-accumulation", {"n_rec": 99}, "n_rec = 99 is odd"),
            ("cue-accumulation", {"lines_per_group": 257}, r"lines_per_group = 257 is outside 1\.\.256"),
        ],
    )
    def test_refused(self, name: str, parameters: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            get_task(name, **parameters)

    def test_the_score_is_the_fraction_of_right_answers(self) -> None:
        samples = [Sample([], 2, label) for label in (0, 1, 1, 0)]
        assert TASK.score(samples, [0, 1, 1, None]) == 0.75
        assert TASK.score([Sample([], 2)], [None]) == 0
        with pytest.raises(ValueError, match="0 samples have no score"):
            TASK.score([], [])
        with pytest.raises(ValueError, match="shorter"):
            TASK.score(samples, [0])
