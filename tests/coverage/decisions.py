"""Which bins a decision of the naive twin hits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.coverage.bins import WEIGHTS


def count(hits: Counter[str], decision: str, **facts: Any) -> None:
    """Count the bins that a decision hits, each once."""
    hits.update(DECISIONS[decision](**facts))


def leak(
    of: str,
    rounding: str,
    excess: int,
    exact: int,
    quotient: int,
    fraction: int,
    level: int | None,
    errata: bool,
    up: bool,
    result: int,
) -> Iterator[str]:
    """Yield bins of a leak: its quotient before and in its word, and how its fraction is rounded."""
    if excess >= 0:
        yield f"{of} leak is {'above one' if excess else 'one'}"
    if exact != quotient:
        yield f"{of} leak wraps"
    if up and result != quotient + 1:
        yield f"{of} wraps as it rounds up"
    if level is None:
        if excess and rounding == "floor":
            yield f"{of} floor"
        return
    if quotient == 0:
        if fraction >= level and fraction:
            yield f"{of} zero quotient stays"
        return
    if excess:
        mode = "exact" if rounding == "stochastic" and not errata else rounding
        yield f"{of} {mode} {'equal' if fraction == level else 'up' if up else 'down'}"
        if quotient < 0:
            yield f"{of} negative {'up' if up else 'down'}"
        if quotient == -1 and up:
            yield f"{of} minus one to zero"


def fire(u: int, theta: int, rest: int, bits: int, zero: int) -> Iterator[str]:
    """Yield bins of a comparison with the threshold, `rest` being what a reset by subtraction leaves."""
    if u - theta in (0, -1):
        yield "fires at the threshold" if u == theta else "silent just below the threshold"
    if u < theta:
        return
    yield f"reset {'to zero' if zero else 'by subtraction'}"
    if theta <= 0:
        yield "fires without input"
    if not zero and not -(1 << bits - 1) <= rest < 1 << bits - 1:
        yield f"reset wraps {'high' if rest > 0 else 'low'}"


def absent(of: str, drawn: bool) -> Iterator[str]:
    """Yield the bin of a state that does not exist but draws."""
    if drawn:
        yield f"absent {of} draws"


def winner(of: str, values: Sequence[int], best: int) -> Iterator[str]:
    """Yield bins of a search for the highest."""
    if len(values) > 1:
        yield f"winner of {of} {'tied' if values.count(values[best]) > 1 else 'alone'}"
        if best:
            yield f"winner of {of} is not the first"


def add(u: int, weight: int, noise: int, wrapped: int) -> Iterator[str]:
    """Yield bins of an addition to a membrane."""
    if wrapped < 0 <= min(u, weight):
        yield "membrane saturates high"
    elif wrapped >= 0 > max(u, weight):
        yield "membrane saturates low"
    elif wrapped != u + weight + noise:
        yield f"noise wraps the membrane {'high' if wrapped < 0 else 'low'}"
    if noise:
        yield f"noise {'raises' if noise > 0 else 'lowers'}"


def saturate(of: str, value: int, bits: int) -> Iterator[str]:
    """Yield bins of a word at an end of its range or beyond it."""
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    if value > high or value < low:
        yield f"{of} saturates {'high' if value > high else 'low'}"
    elif of in ("readout", *WEIGHTS) and value in (low, high):
        yield f"{of} just {'highest' if value == high else 'lowest'}"


def increment(of: str, lost: int) -> Iterator[str]:
    """Yield bins of a trace that grows."""
    yield f"{of} saturates" if lost else f"{of} grows"


def trace_off(of: str) -> Iterator[str]:
    """Yield the bin of a trace that does not grow as nothing learns from it."""
    yield f"{of} is off"


def one_pass(event: bool, spike: bool) -> Iterator[str]:
    """Yield the bin of a pass."""
    yield f"pass of {'both' if event and spike else 'an event' if event else 'a spike'}"


def activate(y: int, one: int) -> Iterator[str]:
    """Yield bins of the hard sigmoid."""
    yield f"activation {'high' if y > one - 1 else 'low' if y < -one else 'between'}"


def region(number: int, on_border: bool, sorted: bool) -> Iterator[str]:
    """Yield bins of the pseudo-derivative."""
    yield f"pseudo-derivative {number}"
    if on_border:
        yield "potential on a border"
    if not sorted:
        yield "borders unsorted"


def excess(over: int) -> Iterator[str]:
    """Yield the bin of a regularization."""
    yield f"regularization {'above' if over > 0 else 'at' if over == 0 else 'below'} its level"


def multiplicative(amount: int) -> Iterator[str]:
    """Yield the bin of a factor of multiplicative regularization."""
    yield f"factor {'zero' if amount >= 16 else 'reduced' if amount else 'sixteen'}"


def additive(amount: int, shift: int) -> Iterator[str]:
    """Yield bins of additive regularization."""
    if amount >> 32:
        yield "regularization beyond 32 bits"
    low = amount & 0xFFFFFFFF
    if low:
        yield f"reduction {'positive' if low >> shift else 'shifted away'}"


def update(pk: int, r: int, d: int, top: int) -> Iterator[str]:
    """Yield bins of an update with the erratum E1, d being the wrapped one."""
    if pk & 15:  # a negative pk is a multiple
        yield "floor of an update"
    if d != (pk >> 4) - r:
        yield "update wraps"
    if d >= 0 and top:
        yield f"E1 {'positive' if pk > 0 else 'negative'}"


def whole_step(of: str) -> Iterator[str]:
    """Yield the bin of the most negative update."""
    yield f"{of} most negative update"


def change(of: str, d: int, clamped: bool, rest: int, level: int | None, rounding: str) -> Iterator[str]:
    """Yield bins of the decision whether a weight takes a step, or one more."""
    sign = "increment" if d > 0 else "decrement"
    if clamped:
        yield f"{of} {sign} clamped"
    if level is None:
        yield f"{of} truncated"
    else:
        yield f"{of} {rounding} {sign} {'equal' if rest == level else 'up' if rest > level else 'down'}"


def learn(plasticity: int, target: bool, all_steps: bool) -> Iterator[str]:
    """Yield bins of a time step that may learn."""
    if not plasticity:
        yield "nothing is plastic"
    elif not target:
        yield f"no target, {'regularized all the same' if all_steps else 'no learning'}"
    else:
        yield "learns"
    yield f"plasticity {plasticity}"


def row(of: str, trace: int, e: int, regularized: bool) -> Iterator[str]:
    """Yield the bin of a row that is skipped or visited."""
    if e:
        yield f"{of} row visited"
    elif regularized:
        yield f"{of} row visited for regularization alone"
    else:
        yield f"{of} row skipped" + (" for a trace below its radix point" if trace else "")


def self_connection(d: int, weight: int, step: int) -> Iterator[str]:
    """Yield bins of the update of a self-connection."""
    if d:
        yield f"self-connection {'hit' if step else 'missed'}"
    if step and weight:
        yield "self-connection loses a weight"


DECISIONS = {
    "leak": leak, "fire": fire, "absent": absent, "winner": winner, "add": add, "saturate": saturate,
    "increment": increment, "trace off": trace_off, "pass": one_pass, "activate": activate, "region": region,
    "excess": excess, "multiplicative": multiplicative, "additive": additive, "update": update,
    "whole step": whole_step, "change": change, "learn": learn, "row": row,
    "self-connection": self_connection,
}  # fmt: skip
