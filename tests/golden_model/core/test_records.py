"""Records: declared once, in order, and true to what a run computes."""

import itertools

import numpy as np
import pytest

from golden_model import Config, Core, Sample
from golden_model.core.records import PHASES, Record
from golden_model.network.formats import Format, Formats
from golden_model.recordings.vectors import Vector
from tests.helpers.configurations import CONFIGS, OTHER_WIDTHS, legal_parameters
from tests.helpers.networks import N_TICKS, any_parameters, any_sample, small_weights
from tests.helpers.places import VECTORS

PUBLISHED = Config()
pytestmark = pytest.mark.filterwarnings("ignore:.* at the widths of the configuration:UserWarning")
BY_NAME = {phase.name: phase for phase in PHASES}


def run_recorded(
    seed: int, config: Config = PUBLISHED, **registers: int
) -> tuple[Core, Core, Sample, list[Record]]:
    """Return a core that made the records, one that is still to run the sample, and the records."""
    rng = np.random.default_rng(seed)
    fixed = {"regression": 0, "do_eprop": 7, "regul_f0": 20, "force_traces": 1, "kappa": 120, **registers}
    parameters = legal_parameters(rng, config, (9, 20, 3), **{"fp_loc_tout": 4, **fixed})
    cores = Core(config, parameters), Core(config, parameters)
    weights = small_weights(rng, parameters, config.weight_bits)
    sample = any_sample(rng, parameters)
    for core in cores:
        core.load_weights(*weights)
    return *cores, sample, list(cores[0].records(sample))


def test_every_field_has_a_format() -> None:
    formats = Formats(Config())
    for phase in PHASES:
        for field in phase.fields:
            assert isinstance(getattr(formats, field.format), Format), field


@pytest.mark.parametrize("mode", [0, 3, 6, 7])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_values_fit_their_formats(config: Config, mode: int) -> None:
    formats = Formats(config)
    *_, records = run_recorded(mode, config, regul_mode=mode, regul_w=3)
    for record in records:
        phase = BY_NAME[record.phase]
        assert len(record.index) == len(phase.index)
        assert list(record.values) == [field.name for field in phase.fields]
        for field in phase.fields:
            assert getattr(formats, field.format).fits(record.values[field.name]), (record, field)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_recording_changes_nothing_at_other_widths(config: Config) -> None:
    recorded, core, sample, records = run_recorded(5, config, regul_mode=3, regul_w=3)
    result = core.run(sample, record="readout")
    for own, other in zip(core.stored_weights, recorded.stored_weights, strict=True):
        np.testing.assert_array_equal(own, other)
    for record in records:
        if record.phase == "readout":
            np.testing.assert_array_equal(record.values["readout"], result.records["readout"][record.tick])


def test_order_of_a_time_step() -> None:
    *_, records = run_recorded(1, regul_mode=3, regul_w=3)
    ranks = {"step": 0, "readout": 1, "error": 2, "propagate": 4}

    def place(record: Record) -> tuple[object, ...]:
        if record.phase in ("learn", "update_out"):
            return record.tick, 3, record.index[0] // 16, 0, record.index[0], record.phase == "update_out"
        if record.phase in ("update_in", "update_rec"):
            group, i = record.index
            return record.tick, 3, group, 1, i, record.phase == "update_rec"
        return record.tick, ranks[record.phase], *record.index

    assert records == sorted(records, key=place)
    assert {record.phase for record in records} == set(BY_NAME)


def test_records_are_what_run_computes() -> None:
    recorded, core, sample, records = run_recorded(2)
    result = core.run(sample, record=("membrane", "trace_in", "readout", "error", "learning_signal"))
    for name in ("w_in", "w_rec", "w_out"):
        np.testing.assert_array_equal(getattr(recorded, name), getattr(core, name))
    for record in records:
        logged = {name: result.records[name][record.tick] for name in result.records}
        if record.phase == "step":
            pair = record.index[0]
            expected = np.zeros(20, int)
            expected[:9] = logged["trace_in"]
            np.testing.assert_array_equal(record.values["trace_in"], expected[2 * pair : 2 * pair + 2])
            np.testing.assert_array_equal(
                record.values["membrane"], logged["membrane"][2 * pair : 2 * pair + 2]
            )
        elif record.phase in ("readout", "error"):
            np.testing.assert_array_equal(record.values[record.phase], logged[record.phase])
        elif record.phase == "learn":
            assert record.values["learning_signal"] == logged["learning_signal"][record.index[0]]


def test_updates_account_for_every_weight() -> None:
    """Each update starts from what the one before left, the first from the initial weights."""
    recorded, core, _, records = run_recorded(3, regul_mode=2, regul_w=3)
    weights = {"update_in": core.w_in, "update_rec": core.w_rec, "update_out": core.w_out}
    for record in records:
        if record.phase not in weights:
            continue
        lanes = (
            slice(None)
            if record.phase == "update_out"
            else slice(16 * record.index[0], 16 * record.index[0] + 16)
        )
        row = weights[record.phase][record.index[-1], lanes]
        np.testing.assert_array_equal(record.values["before"][: row.size], row)
        row[:] = record.values["after"][: row.size]
    for name in ("in", "rec", "out"):
        np.testing.assert_array_equal(weights[f"update_{name}"], getattr(recorded, f"w_{name}"))


def test_passes_lead_from_step_to_step() -> None:
    """The potential after the last pass, decayed, is the next step's: with a leak of 1.0, the same."""
    rng = np.random.default_rng(4)
    parameters = any_parameters(rng, (9, 20, 3), regression=0, do_eprop=0, noise_en=1)
    core = Core(Config(), type(parameters)(parameters.registers.replace(alpha_conf=None), 0x8000, 32767))
    core.load_weights(*(array // 8 for array in small_weights(rng, parameters)))
    records = list(core.records(any_sample(rng, parameters)))
    by_tick = {t: list(group) for t, group in itertools.groupby(records, key=lambda record: record.tick)}
    for t in range(N_TICKS - 1):
        passes = [record for record in by_tick[t] if record.phase == "propagate"]
        if passes:
            steps = [record.values for record in by_tick[t + 1] if record.phase == "step"]
            after = np.concatenate([values["membrane"] for values in steps])
            fired = np.concatenate([values["spike"] for values in steps])
            np.testing.assert_array_equal(passes[-1].values["membrane"][fired == 0], after[fired == 0])


@pytest.mark.parametrize(
    "path", [VECTORS / "core_101_01.npz", VECTORS / "overflow_701_02.npz"], ids=lambda path: path.stem
)
def test_recording_does_not_change_a_vector(path: object) -> None:
    vector = Vector.load(path)
    core = Core(vector.config, vector.parameters)
    core.load_weights(*vector.weights)
    for n, sample in enumerate(vector.samples):
        for _ in core.records(sample):
            pass
        np.testing.assert_array_equal(core.w_rec, vector.w_rec_after[n])
        np.testing.assert_array_equal(core.w_in, vector.w_in_after[n])
