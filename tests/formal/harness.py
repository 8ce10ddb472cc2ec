"""Harnesses: what is proven, with inputs that may have any value, and the claims about it."""

import inspect
from types import ModuleType
from typing import Any

from amaranth.hdl import Assert, Assume, Module, Signal, Value, ValueCastable
from amaranth.lib import wiring

from rtl.core.registers import Registers


class Harness:
    """A module under construction: blocks, free inputs, assumptions and claims.

    Attributes
    ----------
    m : Module
        For signals that follow what happens; a reset clears them.
    ports : dict of str to Value
        Those that nothing drives are the free inputs.
    peeked : dict of str to str
        Ports that are connected to signals inside of blocks, by their paths.
    """

    def __init__(self) -> None:
        self.m = Module()
        self.ports: dict[str, Value] = {}
        self.peeked: dict[str, str] = {}

    def free(self, name: str, shape: Any) -> Any:
        """Return an input that may have another value in every cycle."""
        assert name not in self.ports
        signal: Any = Signal(shape, name=name)
        self.ports[name] = signal.as_value() if isinstance(signal, ValueCastable) else signal
        return signal

    def constant(self, name: str, shape: Any) -> Signal:
        """Return an input that may have any value, and keeps it."""
        return self.keep(self.free(name, shape))

    def keep(self, signal: Any) -> Any:
        """Assume that an input keeps its value."""
        last = Signal.like(signal, name="last", init=0, reset_less=True)
        self.m.d.sync += last.eq(signal)
        self.assume(signal == last)
        return signal

    def peek(self, path: str, shape: Any) -> Signal:
        """Return what a signal inside of a block is, such as "block.state"."""
        name = f"peeked_{path.replace('.', '_')}"
        if name not in self.peeked:
            self.free(name, shape)
            self.peeked[name] = path
        return self.ports[name]

    def expose(self, name: str, component: wiring.Component) -> Any:
        """Make all members of a component ports, and so those inputs that nothing drives."""
        for path, _, member in component.signature.flatten(component):
            value = Value.cast(member)
            if len(value):
                self.ports["__".join((name, *map(str, path)))] = value
        return component

    def block(self, component: Any, name: str = "block") -> Any:
        """Put a block under proof; its inputs are free."""
        self.m.submodules[name] = component
        return self.expose(name, component)

    def leave_out(self, name: str, *members: str) -> None:
        """Leave out what nothing but some outputs of a block needs."""
        for member in members:
            self.ports.pop(f"{name}__{member}", None)

    def register(self, registers: Registers, name: str) -> Any:
        """Let a register have any value; one that is not asked for has the value of a reset."""
        self.ports[name] = getattr(registers, name)
        return self.ports[name]

    def assume(self, holds: Any) -> None:
        """Look only at what meets a condition."""
        self.m.d.comb += Assume(holds, src_loc_at=1)

    def claim(self, holds: Any) -> None:
        """Prove that a condition is met."""
        self.m.d.comb += Assert(holds, src_loc_at=1)

    def before(self, value: Any, cycles: int = 1) -> Any:
        """Return what a value was some cycles ago; a reset clears it."""
        for _ in range(cycles):
            last: Any = Signal.like(value, name="before", init=0)
            self.m.d.sync += last.eq(value)
            value = last
        return value


def mutant(module: ModuleType, right: str, wrong: str, *, user: ModuleType | None = None) -> ModuleType:
    """Return a copy of a module with an error in one place, or a copy of a user of the module that has it."""
    copy = _copy(module, right, wrong)
    if user is None:
        return copy
    using = _copy(user)
    for name in vars(using).keys() & vars(copy).keys():
        if vars(using)[name] is getattr(module, name):
            setattr(using, name, getattr(copy, name))
    return using


def _copy(module: ModuleType, right: str = "", wrong: str = "") -> ModuleType:
    source = inspect.getsource(module)
    assert not right or source.count(right) == 1
    copy = ModuleType(module.__name__)
    code = compile(source.replace(right, wrong) if right else source, str(module.__file__), "exec")
    exec(code, vars(copy))
    return copy
