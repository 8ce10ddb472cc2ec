"""Statistics of the values of a signal, by hand and by brute force."""

import numpy as np
import pytest

from golden_model.network.formats import Format
from golden_model.profiling.signals import Loss, make_use


class TestUse:
    def test_by_hand(self) -> None:
        use = make_use(Format(6, 2))
        use.add(np.array([[4, -8, 0], [-32, 12, 0]]))
        use.add(np.array([8]))
        assert (use.count, use.zeros, use.saturated) == (7, 2, 1)
        assert (use.least, use.greatest, use.top_unused, use.low_unused) == (-32, 12, 0, 2)
        assert use.positive.tolist() == [0, 0, 1, 2, 0, 0]
        assert use.negative.tolist() == [0, 0, 0, 1, 0, 1]

    def test_zero_does_not_saturate_an_unsigned_word(self) -> None:
        use = make_use(Format(4, 0, signed=False))
        use.add(np.array([0, 0, 15, 14]))
        assert (use.saturated, use.zeros, use.top_unused, use.low_unused) == (1, 2, 0, 0)

    def test_of_zeros_every_bit_below_the_sign_is_unused(self) -> None:
        for signed in (True, False):
            use = make_use(Format(5, 0, signed=signed))
            use.add(np.zeros(3, np.int64))
            assert (use.top_unused, use.low_unused) == (5 - signed, 5)

    @pytest.mark.parametrize("signed", [True, False])
    def test_unused_bits_are_those_that_could_be_taken_away(self, signed: bool) -> None:
        rng = np.random.default_rng(3)
        for _ in range(50):
            word = Format(int(rng.integers(3, 10)), int(rng.integers(0, 4)), signed=signed)
            values = rng.integers(word.low, word.high, 5, endpoint=True) >> rng.integers(0, 4)
            values = values >> 2 << 2
            use = make_use(word)
            use.add(values)
            fits = [n for n in range(1, word.bits + 1) if Format(n, 0, signed=signed).fits(values)]
            wholes = [n for n in range(word.bits + 1) if np.all(values % 2**n == 0)]
            narrow = fits[0] if signed or values.any() else 0
            assert (word.bits - use.top_unused, use.low_unused) == (narrow, wholes[-1])
            assert use.zeros + use.positive.sum() + use.negative.sum() == use.count == 5

    def test_a_leak_takes_the_ends_with_it(self) -> None:
        use = make_use(Format(8, 0), np.array([0x7001, 0x8000, 0x8FFF]), 15)
        use.add(np.array([[111, 127, 127], [110, 126, 126], [-112, -128, -128], [-111, -127, -127]]))
        assert use.saturated == 6


class TestLoss:
    def test_by_hand(self) -> None:
        loss = Loss()
        loss.add(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
        loss.add(np.array([[-3.0]]), np.array([[-2.0]]))
        assert loss.rms_error == pytest.approx(np.sqrt(1.25 / 3))
        assert loss.rms_reference == pytest.approx(np.sqrt(9 / 3))
        assert loss.bits == pytest.approx(np.log2(9 / 1.25) / 2)
        assert (loss.largest, loss.count) == (1.0, 3)

    def test_no_bits_where_nothing_differs_or_nothing_is_there(self) -> None:
        exact, absent = Loss(), Loss()
        exact.add(np.ones(2), np.ones(2))
        absent.add(np.ones(2), np.zeros(2))
        assert exact.bits is None
        assert absent.bits is None
