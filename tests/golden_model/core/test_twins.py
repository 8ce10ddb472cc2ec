"""The naive twin, which the kernels are compared with, is itself exact: recordings, and figures by hand."""

from types import SimpleNamespace

import pytest

from tests.helpers.places import VECTORS
from tests.twins import arithmetic as naive
from tests.twins.lfsr import Source, rounding_source
from tests.twins.rules import INPUT, OUTPUT, RECURRENT, rules
from tests.twins.vectors import load, replay
from tests.twins.widths import PUBLISHED, Widths, alpha_in, potentials_in, registers_in
from tests.widths.networks import USUAL

NAMES = (
    "core_101_04",
    "extreme_201_02",
    "late_701_02",
    "mulfloor_701_03",
    "overflow_701_02",
    "regul_701_03",
    "small_701_02",
    "theta_701_02",
    "wide_701_00",
    "wide_701_01",
    "zerolr_701_01",
)


@pytest.mark.parametrize("name", NAMES)
def test_twin_is_exact(name: str) -> None:
    assert replay(load(VECTORS / f"{name}.npz")) is None


@pytest.mark.parametrize(
    ("shift", "floored", "nearest"), [(2, -28, -28), (0, -7, -7), (-1, -4, -3), (-2, -2, -2), (-3, -1, -1)]
)
def test_shifts_to_another_width(shift: int, floored: int, nearest: int) -> None:
    assert (naive.align(-7, shift), naive.rounded(-7, shift)) == (floored, nearest)


@pytest.mark.parametrize(
    ("d", "left", "right", "rounding", "shadow_bits", "draw", "expected"),
    [
        (100, 1, 0, "truncate", 4, None, 12),  # 200 / 256 of 16
        (-100, 1, 0, "truncate", 4, None, -12),
        (100, 1, 0, "nearest", 4, None, 13),
        (100, 1, 0, "stochastic", 4, 128, 13),
        (-100, 1, 0, "stochastic", 4, 129, -12),
        (127, 0, 0, "nearest", 0, None, 0),
        (64, 1, 0, "nearest", 0, None, 1),
        (-127, 9, 0, "truncate", 0, None, 0),  # at most 255 / 256
        (1, 31, 3, "truncate", 8, None, 31),  # clamped before the right shift
        (-128, 0, 31, "truncate", 4, None, -16),
        (1, 0, 5, "stochastic", 4, 0, 1),
        (1, 0, 5, "stochastic", 4, 1, 0),
        (0, 0, 0, "stochastic", 4, 0, 0),
    ],
)
def test_change_of_a_stored_weight(
    d: int, left: int, right: int, rounding: str, shadow_bits: int, draw: int | None, expected: int
) -> None:
    assert naive.change(d, right, left, 8, draw, rounding, shadow_bits) == expected


def test_nearest_leak() -> None:
    assert [naive.leak(u, 12, 4, 8, None, rounding="nearest") for u in (1, 2, 5, 6, -2, -6)] == [
        0,
        2,
        4,
        5,
        -1,
        -4,
    ]
    assert naive.leak(7, 16, 4, 8, None, rounding="nearest") == 7


@pytest.mark.parametrize(
    ("bits", "order"),
    [
        (4, [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12, 13, 14, 0]),
        (5, [1, 3, 5, 7, 9, 2, 4, 6, 8, 10, 11, 12, 13, 14, 0]),
        (8, [*range(1, 15), 0]),
        (15, [*range(1, 15), 0]),
    ],
)
def test_order_of_seed_bits(bits: int, order: list[int]) -> None:
    assert [[Source(1, 15, 1 << bit, bits).elements.index(1) for bit in order]] == [list(range(15))]


def test_rounding_beyond_15_bits_has_a_longer_source() -> None:
    source = rounding_source(0x5A5A, 16)
    assert (source.a, source.b) == (3, 25)
    bits = [0x5A5A >> n & 1 for n in range(15)] + [1 - (0x5A5A >> n & 1) for n in range(10)]
    assert source.elements == bits[3:] + bits[:3]


class TestConversion:
    def test_published_registers_stay(self) -> None:
        assert registers_in(PUBLISHED, USUAL) == USUAL

    def test_registers_keep_their_meaning(self) -> None:
        widths = Widths(membrane_bits=12, surrogate_bits=3, trace_rec_bits=14, kappa_frac_bits=5)
        registers = registers_in(widths, USUAL)
        changed = {name: value for name, value in registers.items() if value != USUAL[name]}
        assert changed == {
            "thr_h_0": -19, "thr_h_1": 3, "thr_h_2": 26, "thr_h_3": 56,
            "h_0": -3, "h_1": 2, "h_2": 3, "h_3": 2, "h_4": 2, "regul_f0": 64, "kappa": 31,
        }  # fmt: skip
        assert potentials_in(widths, [-1, 614]) == [-1, 38]

    @pytest.mark.parametrize(
        ("alpha", "bits", "expected"),
        [
            (0x7FEF, 15, 0x7FEF),
            (0x7FEF, 20, 0x7FEF << 5),
            (0x7FF7, 11, 0x7FF),
            (0x7FF8, 11, 0x800),
            (0x7FFF, 7, 128),
        ],
    )
    def test_leak(self, alpha: int, bits: int, expected: int) -> None:
        assert alpha_in(Widths(alpha_frac_bits=bits), alpha) == expected

    def test_leak_too_large(self) -> None:
        with pytest.raises(ValueError, match=r"^alpha = 144 is outside 0..143$"):
            alpha_in(Widths(alpha_frac_bits=7), 0x8FFF)

    @pytest.mark.parametrize(
        ("name", "value", "widths", "text"),
        [
            ("kappa", 255, Widths(kappa_frac_bits=4), "kappa = 32 is outside 0..31"),
            ("regul_f0", 4095, Widths(trace_rec_bits=4), "regul_f0 = 511 is outside 0..15"),
            ("fp_loc_tinp", 4, Widths(trace_in_bits=4), "fp_loc_tinp = 4 is outside 0..3"),
            ("fp_loc_tout", 7, Widths(trace_out_bits=7), "fp_loc_tout = 7 is outside 0..6"),
        ],
    )
    def test_register_that_no_longer_fits(self, name: str, value: int, widths: Widths, text: str) -> None:
        with pytest.raises(ValueError, match=f"^{text}$"):
            registers_in(widths, {**USUAL, name: value})

    def test_rules_at_other_widths(self) -> None:
        widths = Widths(
            weight_bits=10, membrane_bits=18, trace_in_bits=14, trace_rec_bits=4, trace_out_bits=7
        )
        found = rules(SimpleNamespace(**USUAL), widths)
        assert [found[array].bits for array in (INPUT, RECURRENT, OUTPUT)] == [36, 26, 27]
        assert [found[array].left - 11 for array in (INPUT, RECURRENT, OUTPUT)] == [2, 0, 0]
        assert [found[array].right for array in (INPUT, RECURRENT, OUTPUT)] == [0, 3, 0]
        assert [found[array].reduction for array in (INPUT, RECURRENT)] == [4, -1]
