"""The bins, as data: what each is called, and what a hit means."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from golden_model.network.registers import REGISTERS


@dataclass(frozen=True)
class Bin:
    """One thing that has to have happened."""

    group: str
    name: str
    meaning: str


def bins(group: str, name: str, meaning: str, **choices: Iterable[str]) -> tuple[Bin, ...]:
    """Return a bin per combination of choices, which are put into the name and the meaning."""
    chosen = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    return tuple(Bin(group, name.format(**one), meaning.format(**one)) for one in chosen)


TRACES = ("trace_in", "trace_rec", "trace_out")
STATES = ("membrane", "readout", *TRACES)
SYNAPSES = ("w_in", "w_rec")
WEIGHTS = (*SYNAPSES, "w_out")
SIGNS = ("increment", "decrement")

SATURATIONS = (
    *bins("saturation", "{of} saturates {end}", "a sum beyond the range of the {of} is clamped",
          of=("membrane", "readout", "error", "learning signal"), end=("high", "low")),
    *bins("saturation", "{of} saturates {end}", "a weight of {of} at the rail is pushed outward, and stays",
          of=WEIGHTS, end=("high", "low")),
    *bins("saturation", "{of} just {end}", "the {of} gets to the end of its range without saturating",
          of=("readout", *WEIGHTS), end=("highest", "lowest")),
    *bins("saturation", "{of} saturates", "an increment of {of} ends at all ones", of=TRACES),
    *bins("saturation", "{of} grows", "an increment of {of} below all ones", of=TRACES),
    *bins("saturation", "noise wraps the membrane {end}", "outside the overflow rule, past that end",
          end=("high", "low")),
    *bins("saturation", "noise {how}", "a membrane with its noise", how=("raises", "lowers")),
    *bins("saturation", "{of} leak wraps", "a leak above 1.0 leaves the word of the {of}", of=STATES),
    *bins("saturation", "reset wraps {end}", "u - theta after the leak leaves its word at that end",
          end=("high", "low")),
    Bin("saturation", "update saturates low", "errata off: a d beyond its word; a product alone never is"),
    Bin("saturation", "update wraps", "an update d beyond its word, after regularization"),
    *bins("saturation", "{of} {sign} clamped", "the left shift of a {sign} of {of} is clamped at all ones",
          of=WEIGHTS, sign=SIGNS),
    *bins("saturation", "{of} most negative update", "-2^(P-1), a whole step in {of}", of=SYNAPSES),
    *bins("saturation", "activation {part}", "where the hard sigmoid is", part=("high", "low", "between")),
)  # fmt: skip
ROUNDINGS = (
    *bins("rounding", "{of} {mode} {how}", "a leak of {of}: its fraction and what it has to reach",
          of=STATES, mode=("stochastic", "exact", "nearest"), how=("up", "equal", "down")),
    *bins("rounding", "{of} floor", "a leak of {of} that nothing rounds", of=STATES),
    *bins("rounding", "{of} zero quotient stays", "a fraction that would round up, but the quotient is 0",
          of=STATES),
    *bins("rounding", "{of} negative {how}", "a leak of a negative {of}", of=("membrane", "readout"),
          how=("up", "down")),
    *bins("rounding", "{of} minus one to zero", "-1 rounds up to 0", of=("membrane", "readout")),
    *bins("rounding", "{of} wraps as it rounds up", "q + 1 leaves the word of the {of}",
          of=("membrane", *TRACES)),
    *bins("rounding", "{of} leak is {what}", "a leak of {of} that does not shrink it", of=STATES,
          what=("one", "above one")),
    *bins("rounding", "{of} stochastic {sign} {how}", "an update of {of}: its rest and the draw",
          of=WEIGHTS, sign=SIGNS, how=("up", "equal", "down")),
    *bins("rounding", "{of} nearest {sign} {how}", "an update of {of}: its rest and one half",
          of=WEIGHTS, sign=SIGNS, how=("up", "equal", "down")),
    *bins("rounding", "{of} truncated", "an update of {of} rounded toward zero", of=WEIGHTS),
    Bin("rounding", "floor of an update", "pk >> 4 of a positive pk that is no multiple of 16"),
)  # fmt: skip
SKIPS = (
    *bins("skip", "{of} row visited", "a row with a trace", of=WEIGHTS),
    *bins("skip", "{of} row skipped", "no trace, no regularization: nothing drawn", of=WEIGHTS),
    *bins("skip", "{of} row skipped for a trace below its radix point", "trace >> fp_loc is 0", of=WEIGHTS),
    *bins("skip", "{of} row visited for regularization alone", "no trace, but some g", of=SYNAPSES),
    Bin("learning", "nothing is plastic", "a time step in which do_eprop is 0"),
    Bin("learning", "learns", "a time step with a target"),
    Bin("learning", "no target, no learning", "a time step before the target is valid"),
    Bin("learning", "no target, regularized all the same", "E3: regularization at all time steps"),
    *bins("learning", "plasticity {arrays}", "this value of do_eprop where a time step may learn",
          arrays=map(str, range(8))),
    *bins("skip", "{of} is off", "a trace that nothing learns from does not grow", of=TRACES),
    *bins("skip", "absent {of} draws", "one that does not exist takes its draw", of=("membrane", "readout")),
    *bins("skip", "pass of {what}", "what an index of propagate has", what=("an event", "a spike", "both")),
)  # fmt: skip
RULES = (
    *bins("E1", "E1 {sign}", "a {sign} pk with the top bit of d's width set and d >= 0: a sure decrement",
          sign=("positive", "negative")),
    Bin("self-connection", "self-connection hit", "an update that is not 0 fires"),
    Bin("self-connection", "self-connection missed", "an update that is not 0 does not fire"),
    Bin("self-connection", "self-connection loses a weight", "a weight that was not 0 is set to 0"),
    *bins("winner", "winner of {of} {how}", "the highest of {of}, with or without an equal",
          of=("readout", "wins"), how=("tied", "alone")),
    *bins("winner", "winner of {of} is not the first", "another index than 0", of=("readout", "wins")),
    Bin("spike", "fires at the threshold", "u = theta"),
    Bin("spike", "silent just below the threshold", "u = theta - 1"),
    Bin("spike", "fires without input", "a threshold of 0 or less"),
    *bins("spike", "reset {how}", "of a neuron that fires", how=("to zero", "by subtraction")),
    *bins("pseudo-derivative", "pseudo-derivative {n}", "h_{n} is chosen", n=map(str, range(5))),
    Bin("pseudo-derivative", "potential on a border", "u equals one of thr_h"),
    Bin("pseudo-derivative", "borders unsorted", "thr_h_0 to thr_h_3 do not rise"),
    *bins("regularization", "regularization {where} its level", "trace_rec", where=("above", "at", "below")),
    *bins("regularization", "factor {m}", "of an update above 0", m=("zero", "reduced", "sixteen")),
    *bins("regularization", "reduction {how}", "of an update, for some g", how=("positive", "shifted away")),
    Bin("regularization", "regularization beyond 32 bits", "g << k_p is cut to 32 bits"),
)  # fmt: skip
# Leaks and thresholds are no registers, but set up like them.
VALUES = (
    *(register.name for register in REGISTERS if register.name != "en_conf"),
    "alpha",
    "threshold",
    *WEIGHTS,
)
EXTREMES = bins("extreme", "{of} {end}", "the {end} value of {of}", of=VALUES, end=("lowest", "highest"))
OF_SAMPLES = SATURATIONS + ROUNDINGS + SKIPS + RULES + EXTREMES
