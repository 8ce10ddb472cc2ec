"""The core as a whole: against the naive twin in every mode, tick by tick, and its error messages."""

from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Reference, Registers, Sample
from tests.golden_model.core.cores import simple
from tests.helpers.bad_samples import BAD_SAMPLES, BAD_TICKS
from tests.helpers.configurations import OTHER_WIDTHS, legal_parameters
from tests.helpers.networks import N_TICKS, any_parameters, any_sample, small_weights, twin_of
from tests.twins.network import LEARN_RECORDS, STEP_RECORDS

SIZES = [(5, 18, 3), (20, 6, 2), (3, 2, 1), (2, 4, 16), (33, 34, 4)]
MODES = [
    {"rst_mode": 0, "regression": 0, "en_stoch_round": 1},
    {"rst_mode": 1, "regression": 1, "en_stoch_round": 0, "noise_en": 1},
    {"regression": 0, "regul_mode": 3, "regul_w": 3, "do_eprop": 7, "force_traces": 0},
    {"regression": 1, "regul_mode": 6, "regul_w": 1, "do_eprop": 5, "regul_f0": 0},
    {"regression": 0, "regul_mode": 7, "regul_w": 2, "do_eprop": 3, "regul_f0": 0},
    {"regression": 0, "do_eprop": 0, "noise_en": 1, "no_out_act": 1},
]


@pytest.mark.parametrize("errata", [True, False])
@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_core_equals_its_twin(sizes: tuple[int, int, int], mode: dict[str, int], errata: bool) -> None:
    """Every record, every weight, over samples that learn and one that does not."""
    rng = np.random.default_rng([*sizes, MODES.index(mode), errata])
    fixed = {"regul_f0": 40, "h_4": 3, **mode}
    parameters = any_parameters(rng, sizes, **fixed)
    check_core(rng, Config(errata=errata), parameters)


@pytest.mark.filterwarnings("ignore:.* at the widths of the configuration:UserWarning")
@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_core_equals_its_twin_at_other_widths(config: Config, mode: dict[str, int]) -> None:
    rng = np.random.default_rng([config.membrane_bits, MODES.index(mode)])
    for sizes in SIZES[:3]:
        rates = {
            f"lr_{way}_w{kind}": int(rng.integers(0, 9)) for way in "pr" for kind in ("inp", "rec", "out")
        }
        check_core(
            rng, config, legal_parameters(rng, config, sizes, **{"regul_f0": 40, "h_4": 3, **rates, **mode})
        )


def check_core(rng: np.random.Generator, config: Config, parameters: Parameters) -> None:
    """Run samples in a core and its twin, and compare every record and every stored weight."""
    core, twin = Core(config, parameters), twin_of(parameters, config)
    weights = small_weights(rng, parameters, config.weight_bits)
    core.load_weights(*weights)
    twin.load_weights(*weights)
    for own, loaded in zip((core.w_in, core.w_rec, core.w_out), weights, strict=True):
        np.testing.assert_array_equal(own, loaded)
    for learn in (True, True, False, True):
        sample = any_sample(rng, parameters)
        result = core.run(sample, learn, record=STEP_RECORDS + LEARN_RECORDS)
        targets = None if sample.targets is None else sample.targets.tolist()
        raster = sample.raster(parameters.n_in).tolist()
        expected = twin.run(raster, sample.label, targets, sample.target_start, learn)
        assert result.inference == expected.inference
        for name in STEP_RECORDS + LEARN_RECORDS:
            np.testing.assert_array_equal(result.records[name], expected.records[name], err_msg=name)
        for own, other in zip(core.stored_weights, (twin.w_in, twin.w_rec, twin.w_out), strict=True):
            np.testing.assert_array_equal(own, other)
    for own, stored in zip((core.w_in, core.w_rec, core.w_out), core.stored_weights, strict=True):
        np.testing.assert_array_equal(own, stored >> config.shadow_bits)


@pytest.mark.parametrize("regression", [0, 1])
def test_tick_by_tick_is_run(regression: int) -> None:
    rng = np.random.default_rng(regression)
    parameters = any_parameters(rng, (6, 10, 3), regression=regression, do_eprop=7)
    whole, stepped = Core(Config(), parameters), Core(Config(), parameters)
    weights = small_weights(rng, parameters)
    for core in (whole, stepped):
        core.load_weights(*weights)
    sample = any_sample(rng, parameters)
    result = whole.run(sample, record=("spike", "readout"))
    stepped.begin()
    for t in range(N_TICKS):
        on = t >= sample.target_start
        target = sample.label if sample.targets is None else sample.targets[t]
        lines = sample.lines[sample.offsets[t] : sample.offsets[t + 1]]
        tick = stepped.tick(reversed(lines.tolist()), target if on else None, infer=on, last=t == N_TICKS - 1)
        np.testing.assert_array_equal(tick.spike, result.records["spike"][t])
        np.testing.assert_array_equal(tick.readout, result.records["readout"][t])
    assert stepped.end() == result.inference
    assert (whole.w_in == stepped.w_in).all()
    assert (whole.w_rec == stepped.w_rec).all()
    assert (whole.w_out == stepped.w_out).all()


def test_static_sizes_never_change_a_bit() -> None:
    """`navigation` and `reckon` with the same registers."""
    rng = np.random.default_rng(5)
    parameters = any_parameters(rng, (40, 100, 2), regression=0, do_eprop=7)
    weights, sample = small_weights(rng, parameters), any_sample(rng, parameters)
    ends = []
    for preset in ("reckon", "navigation"):
        core = Core(Config.preset(preset), parameters)
        core.load_weights(*weights)
        result = core.run(sample, record=("membrane",))
        ends.append((result.inference, result.records["membrane"].tolist(), core.w_rec.tolist()))
    assert ends[0] == ends[1]


def test_learn_false_leaves_weights_and_traces() -> None:
    rng = np.random.default_rng(6)
    parameters = any_parameters(rng, (6, 10, 3), regression=0, do_eprop=7, force_traces=0, regul_mode=6)
    core = Core(Config(), parameters)
    weights = small_weights(rng, parameters)
    core.load_weights(*weights)
    records = core.run(any_sample(rng, parameters), learn=False, record=("trace_in", "trace_rec")).records
    assert (core.w_in == weights[0]).all()
    assert (core.w_rec == weights[1]).all()
    assert not records["trace_in"].any()
    assert not records["trace_rec"].any()


def test_records_have_the_documented_types() -> None:
    records = simple().run(Sample([], 5, label=1), record=("spike", "wins", "error")).records
    assert {name: (array.dtype.str, array.shape) for name, array in records.items()} == {
        "spike": ("|b1", (5, 4)),
        "wins": ("<i8", (5, 2)),
        "error": ("<i8", (5, 2)),
    }


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16, np.int64, object])
def test_weights_of_any_integer_dtype(dtype: type) -> None:
    core = simple()
    weights = [np.full(shape, 7, dtype) for shape in ((3, 4), (4, 4), (4, 2))]
    if dtype is object:
        with pytest.raises(ValueError, match="^w_in holds object, not integers of at most 64 bits$"):
            core.load_weights(*weights)
        return
    core.load_weights(*weights)
    assert (core.w_out == 7).all()


BAD_WEIGHTS = [
    ("w_in has shape \\(3, 5\\), not \\(3, 4\\)", np.zeros((3, 5), int), np.zeros((4, 2), int)),
    ("w_in = 128 is outside -128..127", np.full((3, 4), 128), np.zeros((4, 2), int)),
    ("w_out = -129 is outside -128..127", np.zeros((3, 4), int), np.full((4, 2), -129)),
    ("w_out holds float64, not integers of at most 64 bits", np.zeros((3, 4), int), np.zeros((4, 2))),
]


@pytest.mark.parametrize(("message", "w_in", "w_out"), BAD_WEIGHTS)
def test_bad_weights_change_nothing(message: str, w_in: np.ndarray, w_out: np.ndarray) -> None:
    core = simple()
    core.load_weights(np.ones((3, 4), int), np.ones((4, 4), int), np.ones((4, 2), int))
    with pytest.raises(ValueError, match=f"^{message}$"):
        core.load_weights(w_in, np.zeros((4, 4), int), w_out)
    assert (core.w_in == 1).all()
    assert (core.w_rec == 1).all()


@pytest.mark.parametrize(("regression", "sample", "message"), BAD_SAMPLES)
def test_bad_samples(regression: int, sample: Sample, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        simple(regression=regression).run(sample)


def test_unknown_record() -> None:
    with pytest.raises(ValueError, match="^record = 'voltage' is not one of spike, membrane, "):
        simple().run(Sample([], 5, label=0), record=("voltage",))


def test_network_larger_than_the_configuration() -> None:
    parameters = Parameters(Registers.for_network(n_in=41, n_rec=4, n_out=2))
    with pytest.raises(ValueError, match=r"^n_in = 41 of the network is outside 1..40 of the configuration$"):
        Core(Config.preset("navigation"), parameters)


def test_ticks_out_of_turn() -> None:
    core = simple()
    for misuse in (lambda: core.tick([]), core.end):
        with pytest.raises(ValueError, match=r"^no sample is under way, call begin\(\) first$"):
            misuse()
    core.begin()
    core.tick([0], last=True)
    with pytest.raises(ValueError, match=r"^no sample is under way, call begin\(\) first$"):
        core.tick([0])
    assert core.end() == 0


@pytest.mark.parametrize(("arguments", "message"), BAD_TICKS)
def test_bad_ticks(arguments: dict[str, Any], message: str) -> None:
    core = simple()
    core.begin()
    with pytest.raises(ValueError, match=f"^{message}$"):
        core.tick(**arguments)


def test_one_name_to_record_is_a_name() -> None:
    sample = Sample([], 5, label=0)
    for record in ("spike", iter(["spike"]), ["spike"]):
        assert list(simple().run(sample, record=record).records) == ["spike"]


def test_swapped_arguments() -> None:
    core = simple()
    with pytest.raises(
        ValueError, match=r"^a core is made of a Config and Parameters, not of Parameters and Config$"
    ):
        Core(core.parameters, core.config)


def test_records_of_a_core_that_was_interrupted() -> None:
    core, sample = simple(), Sample([(0, 0)], 5, label=0)
    with pytest.raises(ValueError, match=r"^line = 9 is outside 0..2$"):
        core.records(Sample([(0, 9)], 5))
    records = core.records(sample)
    next(records)
    core.run(sample)
    with pytest.raises(ValueError, match=r"^the core was asked to do something else before the last record$"):
        list(records)


def test_weights_have_the_width_of_the_configuration() -> None:
    core = Core(Config(weight_bits=4, shadow_bits=3), simple().parameters)
    with pytest.raises(ValueError, match=r"^w_rec = 8 is outside -8\.\.7$"):
        core.load_weights(np.zeros((3, 4), int), np.full((4, 4), 8), np.zeros((4, 2), int))
    core.load_weights(np.full((3, 4), -8), np.full((4, 4), 7), np.ones((4, 2), int))
    assert [set(array.ravel().tolist()) for array in core.stored_weights] == [{-64}, {56}, {8}]


def test_targets_are_given_in_published_units() -> None:
    """The same readout, 0, and target have errors of the same number of volts."""
    errors = {}
    for bits in (8, 16, 24):
        parameters = simple(regression=1, no_out_act=1).parameters
        core = Core(Config(membrane_bits=bits), parameters)
        sample = Sample([], 4, targets=np.full((4, 2), -1000), target_start=1)
        errors[bits] = set(core.run(sample, record="error").records["error"][1:3].ravel().tolist())
    assert errors == {8: {-1000 // 2**8}, 16: {-1000}, 24: {-1000 * 2**8}}


def test_a_lost_value_is_a_warning_of_the_core() -> None:
    with pytest.warns(UserWarning, match=r"^threshold of pair 0 = 7 becomes 0 at the widths of the config"):
        Core(Config(membrane_bits=8), Parameters(simple().parameters.registers, threshold=7))


@pytest.mark.parametrize("learn", ["no", None, 2, np.array([1, 0])])
@pytest.mark.parametrize("kind", [Core, Reference])
def test_what_is_neither_true_nor_false(kind: Any, learn: Any) -> None:
    """A word is true to Python, so `"no"` would learn."""
    network = kind(Config(), Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2)))
    with pytest.raises(ValueError, match="is neither True nor False$"):
        network.run(Sample([], 2), learn=learn)
    network.run(Sample([], 2), learn=np.bool_(False))


@pytest.mark.parametrize(
    ("sample", "record", "message"),
    [
        (None, (), "a network runs a Sample, not a NoneType"),
        ([[0, 1]], (), "a network runs a Sample, not a list"),
        (Sample([], 2), 3, "record = 3 is not the name of a signal"),
        (Sample([], 2), None, "record = None is not the name of a signal"),
        (Sample([], 2), ("spike", 3), "record = 3 is not the name of a signal"),
        (Sample([], 2), "spikes", "record = 'spikes' is not one of spike, "),
    ],
)
@pytest.mark.parametrize("kind", [Core, Reference])
def test_what_is_no_sample_or_signal(kind: Any, sample: Any, record: Any, message: str) -> None:
    network = kind(Config(), Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2)))
    with pytest.raises(ValueError, match=f"^{message}"):
        network.run(sample, record=record)
    if kind is Core and record == ():
        with pytest.raises(ValueError, match=f"^{message}"):
            network.records(sample)
