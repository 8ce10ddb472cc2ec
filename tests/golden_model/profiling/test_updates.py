"""The changes of a learning phase, by hand and against the steps that a core records."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers
from golden_model.network.formats import Format
from golden_model.network.scaling import weights_at
from golden_model.profiling.signals import SIGNALS, make_use
from golden_model.profiling.updates import Updates, changes_of, magnitudes
from golden_model.tasks import TaskData
from tests.golden_model.profiling.experiments import FAST, small


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


@pytest.mark.parametrize(
    ("valid", "regul_w", "names"),
    [(True, 0, ["w_in", "w_rec", "w_out"]), (False, 1, ["w_in"]), (False, 2, ["w_rec"]), (False, 0, [])],
)
def test_without_a_target_only_regularized_arrays_change(valid: bool, regul_w: int, names: list[str]) -> None:
    registers = Registers.for_network(n_in=2, n_rec=2, n_out=1, do_eprop=7, regul_mode=6, regul_w=regul_w)
    signals = dict.fromkeys(SIGNALS, np.ones(2, np.int64))
    changes = changes_of(Config(), Parameters(registers), signals, valid)
    assert [name for name, _, _ in changes] == names
