"""Word formats: the published table of widths, and wrapping and saturation against plain integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.network.config import Config
from golden_model.network.formats import Format, Formats

PUBLISHED = {
    "membrane": ("s", 16, 11),
    "threshold": ("s", 16, 11),
    "readout": ("s", 16, 11),
    "error": ("s", 16, 11),
    "learning_signal": ("s", 16, 11),
    "weight": ("s", 8, 7),
    "stored_weight": ("s", 8, 7),
    "trace_in": ("u", 12, 3),
    "trace_rec": ("u", 12, 3),
    "trace_out": ("u", 10, 1),
    "regularization": ("u", 12, 3),
    "alpha": ("u", 16, 15),
    "kappa": ("u", 8, 7),
    "pseudo_derivative": ("s", 5, 0),
    "product_in": ("s", 32, 14),
    "product_rec": ("s", 32, 14),
    "product_out": ("s", 28, 12),
    "random_in": ("u", 32, 0),
    "random_rec": ("u", 32, 0),
    "random_out": ("u", 28, 0),
    "spike": ("u", 1, 0),
    "wins": ("u", 16, 0),
}
DTYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64")

formats = st.builds(Format, st.integers(1, 63), st.integers(-8, 30), st.booleans())
int64s = st.integers(-(2**63), 2**63 - 1)


def legal_values(word: Format) -> tuple[int, int]:
    """Return the range of a word by its definition."""
    return (-(2 ** (word.bits - 1)), 2 ** (word.bits - 1) - 1) if word.signed else (0, 2**word.bits - 1)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_formats(name: str) -> None:
    sign, bits, frac = PUBLISHED[name]
    assert getattr(Formats(Config()), name) == Format(bits, frac, signed=sign == "s")


def test_every_format_is_in_the_table() -> None:
    assert set(vars(Formats(Config()))) == set(PUBLISHED)


def test_formats_follow_the_configuration() -> None:
    widths = {
        "membrane_bits": 20,
        "trace_in_bits": 14,
        "trace_rec_bits": 8,
        "trace_out_bits": 11,
        "surrogate_bits": 4,
        "shadow_bits": 7,
    }
    wide = Formats(Config(**widths, weight_bits=6, kappa_frac_bits=9, alpha_frac_bits=18))
    assert (wide.membrane, wide.pseudo_derivative) == (Format(20, 15), Format(4, -1))
    assert (wide.trace_in, wide.trace_rec) == (Format(14, 5, False), Format(8, 0, False))
    assert (wide.product_in, wide.product_rec) == (Format(37, 19), Format(31, 14))
    assert (wide.product_out, wide.weight) == (Format(33, 17), Format(6, 5))
    assert wide.stored_weight == Format(13, 12)
    assert (wide.alpha, wide.kappa) == (Format(19, 18, False), Format(10, 9, False))


@pytest.mark.parametrize(
    ("widths", "product_bits"),
    [
        ({}, 32),
        ({"membrane_bits": 17}, 64),
        ({"trace_in_bits": 13}, 64),
        ({"trace_rec_bits": 13}, 64),
        ({"trace_out_bits": 14}, 32),
        ({"trace_out_bits": 15}, 64),
        ({"surrogate_bits": 6}, 64),
        ({"alpha_frac_bits": 16}, 64),
        ({"membrane_bits": 10, "trace_in_bits": 4, "trace_rec_bits": 4, "alpha_frac_bits": 16}, 64),
        ({"membrane_bits": 14, "trace_in_bits": 14, "trace_rec_bits": 14}, 32),
        ({"kappa_frac_bits": 15}, 32),
        ({"kappa_frac_bits": 15, "trace_out_bits": 14}, 32),
        ({"weight_bits": 15, "shadow_bits": 16}, 32),
        ({"weight_bits": 16, "shadow_bits": 16}, 64),
    ],
)
def test_class_of_words(widths: dict[str, int], product_bits: int) -> None:
    assert Formats(Config(**widths)).product_bits == product_bits


@given(formats, int64s)
def test_wrap_is_the_congruent_value_in_range(word: Format, x: int) -> None:
    low, high = legal_values(word)
    wrapped = word.wrap(x)
    assert low <= wrapped <= high
    assert (wrapped - x) % 2**word.bits == 0
    assert word.wrap(np.array([x])).tolist() == [wrapped]


@given(formats, int64s)
def test_saturate_is_the_nearest_value_in_range(word: Format, x: int) -> None:
    low, high = legal_values(word)
    nearest = sorted([low, x, high])[1]
    assert word.saturate(x) == nearest
    assert word.saturate(np.array([x])).tolist() == [nearest]


@given(formats, int64s)
def test_fits_is_membership(word: Format, x: int) -> None:
    low, high = legal_values(word)
    assert word.fits(x) is word.fits(np.array([0, x])) is (low <= x <= high)


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("signed", [True, False])
def test_every_small_word_is_its_own_wrap_and_saturation(bits: int, signed: bool) -> None:
    word = Format(bits, 0, signed)
    every = np.arange(word.low, word.high + 1)
    assert (len(every), word.low) == (2**bits, legal_values(word)[0])
    assert word.wrap(every).tolist() == word.saturate(every).tolist() == every.tolist()
    assert (word.wrap(word.high + 1), word.wrap(word.low - 1)) == (word.low, word.high)


@pytest.mark.parametrize("dtype", DTYPES)
def test_narrow_arrays_do_not_wrap_in_their_own_dtype(dtype: str) -> None:
    edges = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max], dtype)
    word = Format(40, 0)
    assert word.saturate(edges).tolist() == [word.saturate(int(x)) for x in edges]
    assert word.wrap(edges).tolist() == [word.wrap(int(x)) for x in edges]
    assert word.wrap(edges).dtype == np.int64


def test_real_places_the_binary_point() -> None:
    membrane = Formats(Config()).membrane
    assert membrane.real(2048) == 1.0
    assert membrane.real(np.array([-32768, 1], np.int16)).tolist() == [-16.0, 2.0**-11]
    assert Format(2, -3).real(1) == 8.0


@pytest.mark.parametrize(
    ("name", "notation"), [("alpha", "u1.15"), ("kappa", "u1.7"), ("threshold", "s4.11"), ("weight", "s0.7")]
)
def test_notation_is_that_of_the_documents(name: str, notation: str) -> None:
    assert getattr(Formats(Config()), name).notation == notation


@pytest.mark.parametrize("bits", [0, 64])
def test_illegal_width(bits: int) -> None:
    with pytest.raises(ValueError, match=rf"^bits = {bits} is outside 1\.\.63$"):
        Format(bits)


def test_values_that_are_not_integers_are_refused() -> None:
    with pytest.raises(ValueError, match="^an array of dtype float64 does not hold integers$"):
        Format(8).wrap(np.array([1.5]))
    with pytest.raises(ValueError, match=f"^{2**63} is outside the 64-bit signed integers$"):
        Format(8).saturate(np.array([2**63], np.uint64))
