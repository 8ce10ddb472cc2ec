"""Recordings of the naive twin at other widths: complete, effective, and as their generator makes them."""

import json
from typing import Any, get_args

import numpy as np
import pytest

from golden_model.network.config import Config
from tests.helpers.places import VECTORS
from tests.twins.vectors import load, replay
from tests.widths.networks import USUAL, WidthSet
from tests.widths.recording import check_activity, config_of, record
from tests.widths.sets import SETS

FOLDER = VECTORS / "widths"
SETS_BY_NAME = {width_set.name: width_set for width_set in SETS}
FIELDS = Config.model_fields
SMALL = ("published", "least_shifts", "most_huge", "traces_16", "draws_18_11", "17_readouts", "anywhere_5")


def values_of(name: str) -> set[Any]:
    """All values of a field of the configuration in the sets; of a size, in their networks."""
    if name in (sizes := ("n_in", "n_rec", "n_out")):
        return {width_set.sizes[sizes.index(name)] for width_set in SETS}
    return {width_set.config.get(name, FIELDS[name].default) for width_set in SETS}


def registers_of(name: str) -> set[int]:
    return {{**USUAL, **width_set.registers}[name] for width_set in SETS}


def recorded(name: str) -> dict[str, Any]:
    with np.load(FOLDER / f"{name}.npz") as file:
        return {key: file[key] for key in file.files}


class TestSets:
    @pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.annotation is int])
    def test_both_ends_of_every_range(self, name: str) -> None:
        (low,) = (item.ge for item in FIELDS[name].metadata if hasattr(item, "ge"))
        (high,) = (item.le for item in FIELDS[name].metadata if hasattr(item, "le"))
        values = values_of(name)
        assert (min(values), max(values)) == (low, high)

    @pytest.mark.parametrize("name", ["state_rounding", "update_rounding"])
    def test_every_rounding(self, name: str) -> None:
        assert values_of(name) == set(get_args(FIELDS[name].annotation))

    def test_every_field_is_covered(self) -> None:
        numbers = {name for name, field in FIELDS.items() if field.annotation is int}
        assert FIELDS.keys() - numbers == {"state_rounding", "update_rounding", "errata"}

    @pytest.mark.parametrize("errata", [False, True])
    @pytest.mark.parametrize("shadow", [False, True])
    def test_every_rounding_of_updates_with_and_without_a_shadow(self, shadow: bool, errata: bool) -> None:
        configs = [Config().model_dump() | width_set.config for width_set in SETS]
        found = {
            config["update_rounding"]
            for config in configs
            if config["errata"] == errata and (config["shadow_bits"] > 0) == shadow
        }
        assert found == {"stochastic", "truncate", "nearest"}

    def test_every_length_of_draws(self) -> None:
        assert values_of("alpha_frac_bits") >= {7, 8, 10, 12, 13, 14, 15, 16, 18, 20}
        assert values_of("kappa_frac_bits") >= {4, 5, 6, 7, 8, 11, 12, 13, 14, 15}

    @pytest.mark.parametrize(
        "name", ["rst_mode", "en_stoch_round", "regression", "no_out_act", "noise_en", "force_traces"]
    )
    def test_every_switch(self, name: str) -> None:
        assert registers_of(name) == {0, 1}

    def test_every_plasticity_and_regularization(self) -> None:
        assert registers_of("do_eprop") == registers_of("regul_mode") == set(range(8))
        assert registers_of("regul_w") == set(range(4))


class TestRecordings:
    def test_there_is_one_of_each_set(self) -> None:
        assert len(SETS_BY_NAME) == len(SETS) >= 24
        assert {path.stem for path in FOLDER.glob("*.npz")} == SETS_BY_NAME.keys()

    @pytest.mark.parametrize("width_set", SETS, ids=lambda width_set: width_set.name)
    def test_neurons_spike_and_weights_change(self, width_set: WidthSet) -> None:
        arrays = recorded(width_set.name)
        assert json.loads(str(arrays["config"])) == config_of(width_set)
        check_activity(width_set, arrays)

    def test_most_sets_change_every_plastic_array(self) -> None:
        assert sum(bool(width_set.still) for width_set in SETS) <= len(SETS) // 10

    def test_a_silent_network_is_refused(self) -> None:
        silent = WidthSet("silent", sizes=(2, 4, 1), n_ticks=4, rate=0)
        with pytest.raises(ValueError, match=r"^silent: 0 spikes are outside 10..16$"):
            check_activity(silent, record(silent))

    def test_a_network_that_learns_nothing_is_refused(self) -> None:
        slow = dict.fromkeys(("lr_r_winp", "lr_r_wrec", "lr_r_wout"), 31)
        fixed = WidthSet("fixed", {"update_rounding": "nearest"}, slow)
        with pytest.raises(ValueError, match=r"^fixed: 0 changes in w_in are less than 5$"):
            check_activity(fixed, record(fixed))

    @pytest.mark.parametrize(("name", "bits"), [("membrane_11_exact", 11), ("most_huge", 24)])
    def test_readouts_saturate(self, name: str, bits: int) -> None:
        outputs = recorded(name)["outputs"]
        assert (outputs.min(), outputs.max()) == (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)

    @pytest.mark.parametrize("name", ["least_huge", "truncate_huge", "exact_truncate_huge"])
    def test_overflows_change_weights_that_are_rounded_toward_zero(self, name: str) -> None:
        """Nothing but the most negative update changes a weight there."""
        assert SETS_BY_NAME[name].config["update_rounding"] == "truncate"
        assert "shadow_bits" not in SETS_BY_NAME[name].config
        arrays = recorded(name)
        assert (arrays["w_rec_after"][-1] != arrays["w_rec"]).any()

    @pytest.mark.parametrize("name", SMALL)
    def test_twin_reproduces_the_file(self, name: str) -> None:
        assert replay(load(FOLDER / f"{name}.npz")) is None

    @pytest.mark.parametrize("name", ["least", "two_neurons", "anywhere_2"])
    def test_generator_makes_the_same_arrays(self, name: str) -> None:
        made, kept = record(SETS_BY_NAME[name]), recorded(name)
        assert made.keys() == kept.keys()
        for key, array in kept.items():
            assert array.dtype == made[key].dtype, key
            np.testing.assert_array_equal(made[key], array, key)
