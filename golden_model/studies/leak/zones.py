"""Where a decay stops or jumps: states that a leak leaves alone, and states that it moves too far.

A leak moves a state of greater magnitude at least as far, so that the border of a zone is found by bisection.
Only a magnitude of 1 is apart, since a quotient of zero is never rounded up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from golden_model.core.arithmetic import leak
from golden_model.core.compiled import PRODUCTS, word
from golden_model.core.rounding import resting_mark
from golden_model.studies.leak.decay import Case


@dataclass(frozen=True)
class Zones:
    """Levels at which a decay is no longer one.

    Attributes
    ----------
    dead_low, dead_high : int
        Least and greatest state that no leak changes, whatever is drawn; 0 where there is only 0.
    jump_low, jump_high : int
        Least and greatest state that every leak moves by one step, though less than one is due.
    """

    dead_low: int
    dead_high: int
    jump_low: int
    jump_high: int


def zones(case: Case) -> Zones:
    """Return the zones of a leak."""
    low, high = case.word.low, case.word.high
    return Zones(
        dead_low=-_dead(case, -1, -low),
        dead_high=_dead(case, 1, high),
        jump_low=-_jump(case, -1, -low),
        jump_high=_jump(case, 1, high),
    )


def marks(case: Case) -> tuple[int, int]:
    """Return the least and the greatest mark that a fraction may have to reach, with errata or without."""
    frac_bits = case.frac_bits
    if case.factor == 1 << frac_bits:
        return 1 << frac_bits, 1 << frac_bits  # beyond every fraction
    if case.rounding == "stochastic":
        return 0, 1 << frac_bits
    return resting_mark(case.rounding, frac_bits), resting_mark(case.rounding, frac_bits)


def leaked(case: Case, value: int) -> set[int]:
    """Return what the leak makes of a state with the least and with the greatest mark."""
    product = PRODUCTS[case.product_bits]
    return {
        int(leak(word(value), product(case.factor), case.frac_bits, mark, case.bits)) for mark in marks(case)
    }


def _dead(case: Case, sign: int, top: int) -> int:
    """Return the greatest magnitude up to `top` of a state that stays."""
    if top == 0:
        return 0
    stays = _last(lambda size: leaked(case, sign * size) == {sign * size}, 2, top)
    return stays if stays > 1 else int(leaked(case, sign) == {sign})


def _jump(case: Case, sign: int, top: int) -> int:
    """Return the greatest magnitude up to `top` of a state that surely moves, though by less than a step."""
    one = 1 << case.frac_bits
    due = min(top, (one - 1) // (one - case.factor)) if case.factor < one else 0
    for size in (due, min(due, 1)):
        if size and sign * size not in leaked(case, sign * size):
            return size
    return 0


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the last number of low..high up to which something holds, low - 1 if it holds for none."""
    while low <= high:
        middle = (low + high) // 2
        if holds(middle):
            low = middle + 1
        else:
            high = middle - 1
    return high
