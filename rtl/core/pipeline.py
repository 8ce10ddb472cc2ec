"""Registers between stages: values delayed, or gathered one after the other and handed over together."""

from typing import Any

from amaranth.hdl import Module, Signal, Value

from golden_model.core.synapse import GROUP


def delayed(m: Module, value: Value, name: str, stages: range) -> list[Value]:
    """Return a value, and what it was one and more cycles ago in registers named after their stages."""
    values = [value]
    for stage in stages:
        now = Signal.like(values[-1], name=f"{name}_{stage}")
        m.d.sync += now.eq(values[-1])
        values.append(now)
    return values


class Gather:
    """Gathers values of the neuron that is shown.

    Parameters
    ----------
    m : Module
        Of the block whose registers hold what is gathered.
    shown : Value
        The values are a neuron's in this cycle.
    neuron : Value
        Its index; the first neuron of a group is shown first.
    """

    def __init__(self, m: Module, shown: Value, neuron: Value) -> None:
        self.m, self.shown, self.place = m, shown, neuron[: GROUP.bit_length() - 1]

    def each(self, taken: Any, value: Value, take: Value) -> None:
        """Hand over a value of each neuron; the first one clears the others, which may be absent."""
        m, gathered = self.m, Signal(taken.shape(), name=f"{Value.cast(taken).name}_gathered")
        for n in range(GROUP):
            with m.If(self.shown & (self.place == n)):
                m.d.sync += gathered[n].eq(value)
            with m.Elif(self.shown & (self.place == 0)):
                m.d.sync += gathered[n].eq(0)
        with m.If(take):
            m.d.sync += taken.eq(gathered)

    def any(self, taken: Signal, value: Value, take: Value) -> None:
        """Hand over whether a value held for any neuron since the last time."""
        m, gathered = self.m, Signal(name=f"{taken.name}_gathered")
        with m.If(self.shown):
            m.d.sync += gathered.eq(gathered | value)
        with m.If(take):
            m.d.sync += [taken.eq(gathered), gathered.eq(0)]
