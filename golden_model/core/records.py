"""What each phase of a time step computes, declared once.

The golden model yields these records in order; whatever else shows or compares them (pictures, profiles,
the trace port of a circuit) reads the same declaration, `PHASES`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Field:
    """One signal of a record.

    Attributes
    ----------
    name : str
        The signal.
    format : str
        The attribute of Formats that is its word format.
    """

    name: str
    format: str


@dataclass(frozen=True)
class Phase:
    """One kind of record.

    Attributes
    ----------
    name : str
    index : tuple of str
        What tells the records of one time step apart.
    lanes : str
        What the values of a field stand for.
    fields : tuple of Field
    """

    name: str
    index: tuple[str, ...]
    lanes: str
    fields: tuple[Field, ...]


def _fields(*names: str, **formats: str) -> tuple[Field, ...]:
    return tuple(Field(name, name) for name in names) + tuple(Field(n, f) for n, f in formats.items())


# In the order of a time step.
PHASES = (
    Phase(
        "step",
        ("pair",),
        "neurons of the pair",
        _fields("membrane", "spike", "trace_in", "trace_rec", "trace_out"),
    ),
    Phase("readout", (), "readouts", _fields("readout", "wins")),
    Phase("error", (), "readouts", _fields("error")),
    Phase(
        "learn", ("neuron",), "the neuron", _fields("learning_signal", "pseudo_derivative", "regularization")
    ),
    Phase(
        "update_out",
        ("neuron",),
        "readouts",
        _fields(random="random_out", before="stored_weight", after="stored_weight"),
    ),
    Phase(
        "update_in",
        ("group", "line"),
        "neurons of the group",
        _fields(random="random_in", before="stored_weight", after="stored_weight"),
    ),
    Phase(
        "update_rec",
        ("group", "neuron"),
        "neurons of the group",
        _fields(random="random_rec", before="stored_weight", after="stored_weight"),
    ),
    Phase("propagate", ("index",), "neurons or readouts", _fields("membrane", "readout")),
)


@dataclass(frozen=True)
class Record:
    """One record: where in a sample it belongs and its values.

    Attributes
    ----------
    tick : int
    phase : str
        Name of a phase in PHASES.
    index : tuple of int
        As the phase declares.
    values : dict of str to int64 array
        The phase's fields.
    """

    tick: int
    phase: str
    index: tuple[int, ...]
    values: dict[str, NDArray[np.int64]]
