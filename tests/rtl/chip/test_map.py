"""The chip's map of neurons: no field in the place of another, and nothing that would not fit."""

import pytest

from golden_model.network.config import Config
from rtl.chip.map import HALF, PARAMETER_FIELDS, STATE_FIELDS, check_fits

# The most that the published map holds, and the next legal value.
MOST = {
    "n_in": (256, 257),
    "n_rec": (256, 258),
    "n_out": (16, 17),
    "weight_bits": (8, 9),
    "membrane_bits": (16, 17),
    "trace_in_bits": (12, 13),
    "trace_rec_bits": (12, 13),
    "trace_out_bits": (10, 11),
    "alpha_frac_bits": (15, 16),
    "kappa_frac_bits": (7, 8),
    "surrogate_bits": (5, 6),
}


def test_fields_fill_a_word() -> None:
    halves = [range(f.offset + half, f.offset + half + f.bits) for half in (0, HALF) for f in STATE_FIELDS]
    fields = [*halves, *(range(field.offset, field.offset + field.bits) for field in PARAMETER_FIELDS)]
    assert [bit for field in fields for bit in field] == list(range(128))


@pytest.mark.parametrize("name", MOST)
def test_most_of_each_field_fits_and_more_is_refused(name: str) -> None:
    most, more = MOST[name]
    check_fits(Config(**{name: most}))
    with pytest.raises(ValueError, match=rf"^{name}.* = {more} is above {most}, the most that "):
        check_fits(Config(**{name: more}))


def test_shadow_bits_count_as_bits_of_the_weight() -> None:
    check_fits(Config(weight_bits=6, shadow_bits=2))
    with pytest.raises(ValueError, match=r"^weight_bits \+ shadow_bits = 9 is above 8"):
        check_fits(Config(weight_bits=6, shadow_bits=3))
