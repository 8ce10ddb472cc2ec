"""What a sample and a tick come to."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from golden_model.network.formats import Int64Array

Class = TypeVar("Class", bound=type)
LINE = 110  # characters, of what a result shows of itself


@dataclass(frozen=True)
class Result:
    """What a sample came to.

    Attributes
    ----------
    inference : int or None
        The winner: the readout that was greatest most often, ties to the lowest index; None in regression.
    records : dict of str to array [n_ticks, n]
        The signals asked for, as they stand right after *step* (error, learning signal, pseudo-derivative
        and regularization: after *learn*, 0 in ticks without). Row 0 precedes any step. Spikes are bool, the
        rest int64.
    """

    inference: int | None
    records: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        records = f", records of {', '.join(self.records)}" if self.records else ""
        text = f"<Result: inference {self.inference}{records}"
        return textwrap.shorten(text, LINE - 1, placeholder=" ...") + ">"


def as_written(named_tuple: Class) -> Class:
    """Let help show the types of a named tuple as they are written, where it would show `ForwardRef(...)`."""
    make: Any = named_tuple.__new__
    make.__annotations__ = {name: kind.__forward_arg__ for name, kind in make.__annotations__.items()}
    return named_tuple


@as_written
class TickResult(NamedTuple):
    """What one tick came to, as it stands right after *step*.

    Attributes
    ----------
    spike : bool [n_rec]
    readout : int64 [n_out]
    """

    spike: NDArray[np.bool_]
    readout: Int64Array

    def __repr__(self) -> str:
        spikes = f"{self.spike.sum()} of {self.spike.size} neurons spike"
        return f"<TickResult: {spikes}, {self.readout.size} readouts>"
