"""Registers for narrow traces: worked out by hand, and fit for every width."""

import warnings

import pytest

from golden_model.core.core import Core
from golden_model.network.network import Network
from golden_model.studies.sweep.ranges import keeping_range
from golden_model.training.experiment import Setting, make_setting

# By width of all traces: fp_loc_tinp, fp_loc_trec and fp_loc_tout, published 3, 4 and 6, less the bits
# that are missing to nine; regul_f0, published 160, at most what a trace holds in published units.
BY_HAND = {
    4: (0, 0, 1, 15 << 3),
    6: (0, 1, 3, 160),
    8: (2, 3, 5, 160),
    9: (3, 4, 6, 160),
    12: (3, 4, 6, 160),
}


def at(bits: int, *more: str) -> Setting:
    widths = [f"trace_{kind}_bits={bits}" for kind in ("in", "rec", "out")]
    return make_setting("cue-accumulation", Network(), [*widths, *more])


@pytest.mark.parametrize(("bits", "wanted"), BY_HAND.items())
def test_registers_by_hand(bits: int, wanted: tuple[int, ...]) -> None:
    registers = keeping_range(at(bits)).parameters.registers
    names = ("fp_loc_tinp", "fp_loc_trec", "fp_loc_tout", "regul_f0")
    assert tuple(getattr(registers, name) for name in names) == wanted


@pytest.mark.parametrize(
    ("changed", "register", "value"),
    [
        ("trace_in_bits=8", "fp_loc_tinp", 2),
        ("trace_rec_bits=8", "fp_loc_trec", 3),
        ("trace_out_bits=8", "fp_loc_tout", 5),
    ],
)
def test_each_array_has_traces_of_its_own(changed: str, register: str, value: int) -> None:
    setting = make_setting("cue-accumulation", Network(), [changed])
    old, new = setting.parameters, keeping_range(setting).parameters
    assert new.registers == old.registers.replace(**{register: value})


@pytest.mark.parametrize("bits", range(9, 17))
def test_wide_traces_keep_their_registers(bits: int) -> None:
    assert keeping_range(at(bits)) == at(bits)


def test_regul_f0_is_never_raised() -> None:
    assert keeping_range(at(4, "regul_f0=50")).parameters.registers.regul_f0 == 50
    # 8 traces of 255 units, of 8 published ones each
    assert keeping_range(at(8, "regul_f0=2047")).parameters.registers.regul_f0 == 255 << 3


@pytest.mark.parametrize("given", ["fp_loc_tinp", "fp_loc_trec", "fp_loc_tout", "regul_f0"])
def test_what_is_given_stays(given: str) -> None:
    old, kept = at(4).parameters.registers, keeping_range(at(4)).parameters.registers
    registers = keeping_range(at(4), {given, "lr_p_winp"}).parameters.registers
    assert registers == kept.replace(**{given: getattr(old, given)}) != kept


def test_leaks_and_thresholds_stay() -> None:
    setting = at(4, "alpha=0x7F00", "threshold=700")
    kept = keeping_range(setting).parameters
    assert (kept.alpha == 0x7F00).all()
    assert (kept.threshold == 700).all()


@pytest.mark.parametrize("bits", range(4, 17))
def test_every_width_makes_a_core(bits: int) -> None:
    setting = keeping_range(at(bits))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is lost either
        Core(setting.config, setting.parameters)


@pytest.mark.parametrize("bits", [4, 5, 6])
def test_without_it_these_widths_make_none(bits: int) -> None:
    setting = at(bits)
    message = rf"^fp_loc_(trec|tout) = \d is outside 0\.\.{bits - 1}, the traces have {bits} bits$"
    with pytest.raises(ValueError, match=message):
        Core(setting.config, setting.parameters)
