"""Every bin is hit by an example made by hand, and by none that is next to it."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.coverage.bins import OF_SAMPLES, STATES, WEIGHTS, Bin
from tests.coverage.decisions import count
from tests.twins import arithmetic as naive
from tests.twins.decisions import listening
from tests.twins.learning import learn, update_readout_row, update_row
from tests.twins.network import Twin
from tests.twins.propagate import add_to_traces, propagate
from tests.twins.rules import INPUT, RECURRENT
from tests.twins.step import step_membrane, step_readouts, winner
from tests.widths.networks import SEED_BITS, USUAL

OF = ("learning signal", "error", "update", "wins", *STATES, *WEIGHTS)
GROUPS = {one.name: one.group for one in OF_SAMPLES}


def twin(alpha: int = 0x8000, theta: int = 100, **registers: int) -> Twin:
    """Return a network of 5 lines, 2 neurons and 2 readouts; its weights are 0."""
    sizes = {"num_inp_neur": 4, "num_rec_neur": 1, "num_out_neur": 1}
    off = {"en_stoch_round": 0, "kappa": 0x80}
    values = {**USUAL, **dict.fromkeys(SEED_BITS, 1), **sizes, **off, **registers}
    return Twin(values, [alpha] * 3, [theta] * 3)


def leak(value: int, factor: int, draw: int | None, **how: Any) -> Callable[[], int]:
    """A leak of 4 fraction bits in a word of 8 bits."""
    return partial(naive.leak, value, factor, 4, 8, draw, of="membrane", **how)


def step(d: int, draw: int | None, left: int = 0, **how: Any) -> Callable[[], int]:
    """An update of 8 bits."""
    return partial(naive.change, d, 0, left, 8, draw, of="w_in", **how)


def neuron(u: int, **network: int) -> Callable[[], None]:
    """The step of a neuron."""
    state = twin(**network)
    state.membrane[0] = u
    return partial(step_membrane, state, 0, 0)


def chosen(run: Callable[[Twin], Any], **values: Any) -> Callable[[], Any]:
    """What a network with these states or registers does."""
    registers = {name: value for name, value in values.items() if name in USUAL}
    state = twin(**registers)
    for name in values.keys() - registers.keys():
        setattr(state, name, values[name])
    return partial(run, state)


def row(array: int, trace: int, g: int = 0, radix: int = 2) -> Callable[[], None]:
    """A row of a weight array."""
    name = "trace_in" if array == INPUT else "trace_rec"
    return chosen(
        lambda state: update_row(state, 0, [0, 1], [1, 1], [g, 0], array),
        **{name: [trace], "fp_loc_tinp": radix, "fp_loc_trec": radix},
    )


def self_connection(weight: int, lr_p: int) -> Callable[[], None]:
    """Row 0 of recurrent weights, whose first one is a self-connection."""
    state = twin(lr_p_wrec=lr_p, lr_r_wrec=31 - lr_p)
    state.trace_rec[0], state.learning_signal, state.w_rec[0][0] = 400, [1000, 0], weight
    return partial(update_row, state, 0, [0, 1], [1, 1], [0, 0], RECURRENT)


def regularized(pe: int, m: int = 16, r: int = 0, errata: bool = True) -> Callable[[], int]:
    """An update of 8 bits, regularized."""
    return partial(naive.update, pe, m, r, errata, 8)


UP, ONE = "membrane stochastic up", "membrane leak is one"
ROUNDINGS = [
    (leak(5, 12, 11), {UP}),  # 3 + 12/16
    (leak(5, 12, 12), {"membrane stochastic equal"}),
    (leak(5, 12, 13), {"membrane stochastic down"}),
    (leak(5, 12, 11, errata=False), {"membrane exact up"}),
    (leak(5, 12, 12, errata=False), {"membrane exact equal"}),
    (leak(5, 12, 13, errata=False), {"membrane exact down"}),
    (leak(5, 12, None, rounding="nearest"), {"membrane nearest up"}),
    (leak(2, 12, None, rounding="nearest"), {"membrane nearest equal"}),
    (leak(3, 12, None, rounding="nearest"), {"membrane nearest down"}),
    (leak(5, 12, None, rounding="floor"), {"membrane floor"}),
    (leak(5, 16, None, rounding="floor"), {ONE}),
    (leak(1, 12, 3), {"membrane zero quotient stays"}),
    (leak(1, 12, 13), set()),
    (leak(0, 12, 0), set()),
    (leak(-5, 12, 3), {UP, "membrane negative up"}),  # -4 + 4/16
    (leak(-5, 12, 5), {"membrane stochastic down", "membrane negative down"}),
    (leak(-1, 12, 3), {UP, "membrane negative up", "membrane minus one to zero"}),
    (leak(5, 16, None), {ONE}),
    (leak(120, 17, 7), {UP, "membrane leak is above one", "membrane wraps as it rounds up"}),  # 127 + 8/16
    (leak(119, 17, 0), {UP, "membrane leak is above one"}),
    (step(64, 63), {"w_in stochastic increment up"}),
    (step(64, 64), {"w_in stochastic increment equal"}),
    (step(64, 65), {"w_in stochastic increment down"}),
    (step(-64, 64), {"w_in stochastic decrement equal"}),
    (step(-64, 65), {"w_in stochastic decrement down"}),
    (step(-64, 63), {"w_in stochastic decrement up"}),
    (step(0, 0), set()),
    (step(100, None, 1, rounding="nearest"), {"w_in nearest increment up"}),
    (step(64, None, 1, rounding="nearest"), {"w_in nearest increment equal"}),
    (step(63, None, 1, rounding="nearest"), {"w_in nearest increment down"}),
    (step(-65, None, 1, rounding="nearest"), {"w_in nearest decrement up"}),
    (step(-64, None, 1, rounding="nearest"), {"w_in nearest decrement equal"}),
    (step(-63, None, 1, rounding="nearest"), {"w_in nearest decrement down"}),
    (step(100, None, rounding="truncate"), {"w_in truncated"}),
    (regularized(3, m=5), {"floor of an update"}),
    (regularized(3, m=16), set()),
    (regularized(-3, m=5), set()),
]  # fmt: skip
SATURATIONS = [
    (leak(100, 24, 1), {"membrane leak wraps"}),  # 150
    (leak(80, 24, 1), set()),
    (partial(naive.add_membrane, 100, 28, 0, 8), {"membrane saturates high"}),
    (partial(naive.add_membrane, 100, 27, 0, 8), set()),
    (partial(naive.add_membrane, -100, -29, 0, 8), {"membrane saturates low"}),
    (partial(naive.add_membrane, -100, -28, 0, 8), set()),
    (partial(naive.add_membrane, 100, -1, 29, 8), {"noise wraps the membrane high", "noise raises"}),
    (partial(naive.add_membrane, -100, 1, -30, 8), {"noise wraps the membrane low", "noise lowers"}),
    (partial(naive.saturate, 128, 8, "error"), {"error saturates high"}),
    (partial(naive.saturate, -129, 8, "error"), {"error saturates low"}),
    (partial(naive.saturate, 127, 8, "readout"), {"readout just highest"}),
    (partial(naive.saturate, -128, 8, "readout"), {"readout just lowest"}),
    (partial(naive.saturate, 126, 8, "readout"), set()),
    (neuron(5, theta=-(1 << 15)), {"reset wraps high"}),
    (neuron(32767, theta=32767, alpha=0x8FFF), {"membrane leak wraps", "reset wraps low"}),
    (neuron(32767, theta=32767), set()),
    (regularized(-100, r=29, errata=False), {"update saturates low"}),
    (regularized(-100, r=29), {"update wraps"}),
    (regularized(-100, r=28), set()),
    (step(100, 0, 1), set()),
    (step(100, 0, 2), {"w_in increment clamped"}),
    (step(-100, 0, 2), {"w_in decrement clamped"}),
    (step(-128, 0), {"w_in most negative update"}),
    (partial(naive.hard_sigmoid, 2048), {"activation high"}),
    (partial(naive.hard_sigmoid, 2047), {"activation between"}),
    (partial(naive.hard_sigmoid, -2049), {"activation low"}),
    (partial(naive.hard_sigmoid, -2048), {"activation between"}),
    (
        chosen(lambda state: add_to_traces(state, 0, True, False), plasticity=1, trace_in=[4064]),
        {"trace_in saturates"},
    ),
    (
        chosen(lambda state: add_to_traces(state, 0, True, False), plasticity=1, trace_in=[4063]),
        {"trace_in grows"},
    ),
]
SKIPS = [
    (row(INPUT, 4), {"w_in row visited"}),
    (row(INPUT, 0), {"w_in row skipped"}),
    (row(INPUT, 3), {"w_in row skipped for a trace below its radix point"}),
    (row(RECURRENT, 3, g=1), {"w_rec row visited for regularization alone"}),
    (chosen(lambda state: update_readout_row(state, 0), trace_out=[3]),
     {"w_out row skipped for a trace below its radix point"}),
    (chosen(lambda state: add_to_traces(state, 0, True, False), plasticity=6), {"trace_in is off"}),
    (chosen(lambda state: step_membrane(state, 1, 0), rounding="stochastic", alpha=[0, 0]),
     {"absent membrane draws"}),
    (chosen(lambda state: step_membrane(state, 1, 0), rounding="stochastic"), set()),
    (chosen(step_readouts, rounding="stochastic", kappa=0x7A), {"absent readout draws"}),
    (chosen(step_readouts, rounding="stochastic", kappa=0x80), set()),
    (chosen(lambda state: propagate(state, [True] + [False] * 4), plasticity=7), {"pass of an event"}),
    (chosen(lambda state: propagate(state, [False] * 5), spike=[False, True], plasticity=7),
     {"pass of a spike"}),
    (chosen(lambda state: propagate(state, [True] + [False] * 4), spike=[True, False], plasticity=7),
     {"pass of both"}),
]  # fmt: skip
LEARNING = [
    (chosen(lambda state: learn(state, None), plasticity=4), {"no target, no learning", "plasticity 4"}),
    (chosen(lambda state: learn(state, None), plasticity=4, regul_mode=6),
     {"no target, regularized all the same", "plasticity 4"}),
    *((chosen(lambda state: learn(state, [0, 0]), plasticity=n),
       {f"plasticity {n}", "learns" if n else "nothing is plastic"}) for n in range(8)),
]  # fmt: skip
RULES = [
    (regularized(8), {"E1 positive"}),
    (regularized(64), set()),
    (regularized(-1), set()),
    (regularized(-100, r=29), {"E1 negative"}),
    (self_connection(5, 31), {"self-connection hit", "self-connection loses a weight"}),
    (self_connection(0, 31), {"self-connection hit"}),
    (self_connection(5, 0), {"self-connection missed"}),
    (chosen(winner, readout=[3, 3]), {"winner of readout tied"}),
    (chosen(winner, readout=[1, 3]), {"winner of readout alone", "winner of readout is not the first"}),
    (chosen(lambda state: state._answer(), wins=[2, 2]), {"winner of wins tied"}),
    (neuron(100), {"fires at the threshold", "reset by subtraction"}),
    (neuron(99), {"silent just below the threshold"}),
    (neuron(98), set()),
    (neuron(200, rst_mode=1), {"reset to zero"}),
    (neuron(5, theta=0), {"fires without input", "reset by subtraction"}),
    *((partial(naive.pseudo_derivative, u, [0, 10, 20, 30], [0] * 5), {f"pseudo-derivative {n}"})
      for n, u in enumerate((-1, 9, 19, 29, 31))),
    (partial(naive.pseudo_derivative, 10, [0, 10, 20, 30], [0] * 5),
     {"pseudo-derivative 2", "potential on a border"}),
    (partial(naive.pseudo_derivative, 5, [0, 20, 10, 30], [0] * 5),
     {"pseudo-derivative 1", "borders unsorted"}),
    (partial(naive.excess, 44, 2, 10), {"regularization above its level"}),
    (partial(naive.excess, 43, 2, 10), {"regularization at its level"}),
    (partial(naive.excess, 39, 2, 10), {"regularization below its level"}),
    (partial(naive.multiplicative, 32, 1), {"factor zero"}),
    (partial(naive.multiplicative, 31, 1), {"factor reduced"}),
    (partial(naive.multiplicative, 1, 1), {"factor sixteen"}),
    (partial(naive.additive, 1, 4, 4), {"reduction positive"}),
    (partial(naive.additive, 1, 4, 5), {"reduction shifted away"}),
    (partial(naive.additive, 3, 31, 31), {"reduction positive", "regularization beyond 32 bits"}),
    (partial(naive.additive, 2, 31, 0), {"regularization beyond 32 bits"}),
]  # fmt: skip
CASES = {"rounding": ROUNDINGS, "saturation": SATURATIONS, "skip": SKIPS, "learning": LEARNING}
RULE_GROUPS = {one.group for one in OF_SAMPLES} - CASES.keys() - {"extreme"}


def found(run: Callable[[], Any]) -> set[str]:
    """Return the bins that a piece of the twin hits."""
    hits: Counter[str] = Counter()
    with listening(partial(count, hits)):
        run()
    return set(hits)


@pytest.mark.parametrize(
    ("group", "run", "expected"),
    [(group, *case) for group, cases in CASES.items() for case in cases],
)
def test_example(group: str, run: Callable[[], Any], expected: set[str]) -> None:
    assert {name for name in found(run) if GROUPS.get(name) == group} == expected


@pytest.mark.parametrize(("run", "expected"), RULES)
def test_example_of_a_rule(run: Callable[[], Any], expected: set[str]) -> None:
    assert {name for name in found(run) if GROUPS.get(name) in RULE_GROUPS} == expected


def kind(name: str) -> str:
    """Return a name without what it is of."""
    for of in OF:
        name = name.replace(of, "*", 1) if name.startswith(of) else name.replace(f"of {of} ", "of * ", 1)
    return name


@pytest.mark.parametrize("one", OF_SAMPLES, ids=lambda one: one.name)
def test_every_bin_has_an_example(one: Bin) -> None:
    """Of its kind: what a bin is of is only handed through."""
    cases = [case for cases in (*CASES.values(), RULES) for case in cases]
    names = {kind(name) for _, expected in cases for name in expected}
    assert one.group == "extreme" or kind(one.name) in names


def test_nobody_is_told_by_default() -> None:
    hits: Counter[str] = Counter()
    with listening(partial(count, hits)):
        pass
    naive.saturate(128, 8, "error")
    assert not hits
