"""Transitions of the order of phases: those that the design has, and those that a circuit makes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from amaranth.hdl import Const, Fragment
from amaranth.hdl._ast import Assign, Switch

from tests.coverage.bins import Bin, bins

Transition = tuple[str, str]  # from a state to another
# What a host may do at any time; some of it is refused, or counts for nothing.
DEEDS = ("tick", "halt", "event.valid", "target.valid", "register.write", "access.read", "access.write")


def transitions(design: Any) -> set[Transition]:
    """Return all transitions of an elaborated design's `fsm`, as its statements have them."""
    fragment, state = Fragment.get(design, None), design.fsm.state
    names = {number: name for name, number in design.fsm.encoding.items()}
    found = set()
    for statement in fragment.statements["sync"]:
        if isinstance(statement, Switch) and statement.test is state:
            for patterns, statements, _ in statement.cases:
                (here,) = patterns or (None,)
                found |= {(names[int(here, 2)], names[there]) for there in _next(statements, state)}
    return found


def _next(statements: Iterable[Any], state: Any) -> Iterator[int]:
    """Yield the numbers of the states that statements go on to."""
    for statement in statements:
        if isinstance(statement, Switch):
            for _, inner, _ in statement.cases:
                yield from _next(inner, state)
        elif isinstance(statement, Assign) and statement.lhs is state:
            assert isinstance(statement.rhs, Const)
            yield statement.rhs.value


def counted(found: Mapping[Transition, int]) -> dict[str, int]:
    """Return how often the bin of each transition is hit."""
    return {" to ".join(transition): count for transition, count in found.items()}


def bins_of(order: Iterable[Transition]) -> tuple[Bin, ...]:
    """Return a bin per transition, and per deed of a host in each state."""
    order = sorted(order)
    states = sorted({state for transition in order for state in transition})
    return tuple(
        Bin("transition", f"{here} to {there}", "of the order of phases") for here, there in order
    ) + bins("deed", "{deed} in {state}", "a host does it in this state", deed=DEEDS, state=states)
