"""Parameters of tasks, declared once: default, legal range and meaning."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np

Parity = Literal["even", "odd"]


@dataclass(frozen=True)
class Declaration:
    """What there is to know of a parameter beside its name, type and default.

    Attributes
    ----------
    low, high : float
        Legal range.
    meaning : str
        With its unit.
    parity : {"even", "odd"}, optional
        Which integers are legal, all if omitted.
    """

    low: float
    high: float
    meaning: str
    parity: Parity | None = None

    @property
    def legal(self) -> str:
        """The legal values, in words."""
        return f"{self.low}..{self.high}" + (f", {self.parity}" if self.parity else "")

    def check(self, name: str, value: Any, kind: Any) -> None:
        """Raise a ValueError if a value of a parameter is not one of its type, or not legal."""
        numbers = (int, np.integer) if kind is int else (int, float, np.integer, np.floating)
        if isinstance(value, bool) or not isinstance(value, numbers):
            raise ValueError(f"{name} = {value!r} is not {'an integer' if kind is int else 'a number'}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{name} = {value} is outside {self.low}..{self.high}")
        found = "odd" if value % 2 else "even"
        if self.parity not in (None, found):
            legal = f"an {self.parity} number in {self.low}..{self.high}"
            raise ValueError(f"{name} = {value} is {found}, a legal value is {legal}")


def declared(default: float, low: float, high: float, meaning: str, parity: Parity | None = None) -> Any:
    """Return a field of a dataclass that is a parameter of a task, see `Declaration`."""
    return field(default=default, metadata={"declaration": Declaration(low, high, meaning, parity)})


def declarations(task: Any) -> dict[str, Declaration]:
    """Return the parameters of a task, or of its class, by name."""
    return {one.name: one.metadata["declaration"] for one in fields(task)}


def check_all(task: Any) -> None:
    """Raise a ValueError if a parameter of a task is not legal."""
    for parameter in fields(task):
        declaration: Declaration = parameter.metadata["declaration"]
        declaration.check(parameter.name, getattr(task, parameter.name), parameter.type)
