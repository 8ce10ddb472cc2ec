"""What the twin decides, told to whoever listens; by default nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Listener = Callable[..., None]  # of the name of a decision, and its facts by name
_listeners: list[Listener] = []


def tell(decision: str, **facts: Any) -> None:
    """Let all listeners know of a decision."""
    for listener in _listeners:
        listener(decision, **facts)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a listener of every decision meanwhile."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
