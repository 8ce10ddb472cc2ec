"""One training: what a plain loop over samples gives, and what `eprop train` gives."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.formats import Weights
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import weights_at
from golden_model.reference.reference import Reference
from golden_model.studies.sweep.axes import parse_axes
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job, Plan
from golden_model.studies.sweep.trial import Accuracies, run_trial
from golden_model.tasks import generate, get_task
from golden_model.training.experiment import make_experiment
from golden_model.training.training import train
from tests.helpers.networks import SMALL

TASK = "cue-accumulation"
SMALL_TASK: dict[str, Any] = {
    "n_cues": 1, "gap": 0, "cue": 20, "recall": 20, "lines_per_group": 2, "n_rec": 8, "rate": 300,
}  # fmt: skip
AXES = ("weight_bits=6,8", "delay=5,10")
N_TRAIN, N_TEST, EPOCHS = 12, 10, 3


def plan(*axes: str, fixed: tuple[str, ...] = SMALL[1:], **more: Any) -> Plan:
    sizes = {"n_train": N_TRAIN, "n_test": N_TEST, "epochs": EPOCHS, "seeds": 2}
    return Plan("grid", TASK, parse_axes(axes or AXES), fixed, **sizes, **more)


def share_right(network: Core | Reference, samples: list[Any], learn: bool) -> float:
    return sum(network.run(sample, learn=learn).inference == sample.label for sample in samples) / len(
        samples
    )


def by_hand(
    make: type[Core] | type[Reference],
    config: Config,
    seed: int,
    delay: int,
    parameters: Parameters | None = None,
) -> Accuracies:
    """Learn all training samples, then answer the test samples, in every epoch."""
    data = generate(get_task(TASK, delay=delay, **SMALL_TASK), seed, N_TRAIN, N_TEST)
    network = make(config, parameters or data.parameters)
    weights: Weights = weights_at(data.weights, 8, config.weight_bits)
    network.load_weights(*weights)
    accuracies: Accuracies = {"train": [], "test": []}
    for _ in range(EPOCHS):
        accuracies["train"].append(share_right(network, data.train, True))
        accuracies["test"].append(share_right(network, data.test, False))
    return accuracies


@pytest.mark.parametrize("weight_bits", [6, 8])
@pytest.mark.parametrize("seed", [0, 1])
def test_core_is_a_plain_loop(weight_bits: int, seed: int) -> None:
    job = Job(CORE, {"weight_bits": weight_bits, "delay": 5}, seed)
    wanted = by_hand(Core, Config(weight_bits=weight_bits), seed, delay=5)
    assert run_trial(plan(), job) == wanted
    assert run_trial(plan(), job) == wanted  # again, though the data of a seed are kept


def test_reference_is_a_plain_loop() -> None:
    for seed, delay in ((0, 5), (1, 10)):
        wanted = by_hand(Reference, Config(), seed, delay)
        assert run_trial(plan(), Job(REFERENCE, {"delay": delay}, seed)) == wanted


def test_published_has_published_widths() -> None:
    given = plan("weight_bits=4,6", fixed=(*SMALL[1:], "delay=5", "membrane_bits=10", "regul_f0=0"))
    assert run_trial(given, Job(PUBLISHED, {}, 1)) == by_hand(Core, Config(), 1, delay=5)


def test_published_has_the_delay_of_the_point() -> None:
    assert run_trial(plan(), Job(PUBLISHED, {"delay": 10}, 1)) == by_hand(Core, Config(), 1, delay=10)


def test_seeds_and_values_matter() -> None:
    """Otherwise the tests above prove nothing."""
    jobs = [Job(CORE, {"weight_bits": bits, "delay": 5}, seed) for bits in (6, 8) for seed in (0, 1)]
    results = [json.dumps(run_trial(plan(), job)) for job in jobs]
    assert len(set(results)) == len(jobs)


@pytest.mark.parametrize("seed", [0, 1])
def test_equals_eprop_train(tmp_path: Path, seed: int) -> None:
    experiment = make_experiment(
        TASK,
        seed=seed,
        n_train=N_TRAIN,
        n_test=N_TEST,
        assignments=[*SMALL[1:], "delay=10", "weight_bits=6"],
    )
    train(experiment, tmp_path / "run", EPOCHS)
    accuracy = json.loads((tmp_path / "run" / "results.json").read_text())["accuracy"]
    assert run_trial(plan(), Job(CORE, {"weight_bits": 6, "delay": 10}, seed)) == accuracy


def test_says_nothing_of_lost_values() -> None:
    """The report does, once per point; a study of many points would repeat the same warnings."""
    narrow = plan("kappa_frac_bits=4", fixed=(*SMALL, "kappa=1"))
    setting = narrow.setting(CORE, {"kappa_frac_bits": 4})
    with pytest.warns(UserWarning, match="^kappa = 1 becomes 0 at the widths of the configuration$"):
        Core(setting.config, setting.parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run_trial(narrow, Job(CORE, {"kappa_frac_bits": 4}, 0))


def test_values_that_do_not_go_together() -> None:
    wide_radix = plan("trace_bits=4", fixed=SMALL, keep_range=False)
    with pytest.raises(ValueError, match=r"^fp_loc_trec = 4 is outside 0\.\.3, the traces have 4 bits$"):
        run_trial(wide_radix, Job(CORE, {"trace_bits": 4}, 0))
