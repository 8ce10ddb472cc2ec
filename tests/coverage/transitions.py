"""Transitions of the order of phases: those that the design has, and those that a circuit makes."""

from collections.abc import Iterable, Iterator
from typing import Any

from amaranth.hdl import Const, Fragment
from amaranth.hdl._ast import Assign, Switch

Transition = tuple[str, str]  # from a state to another


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


def name(transition: Transition) -> str:
    """Return the name of the bin of a transition."""
    return " to ".join(transition)
