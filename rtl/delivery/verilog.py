# amaranth: UnusedElaboratable=no
"""Verilog of the core and of its blocks: the design's own names, and the same bytes for the same input."""

import os
import re
from collections.abc import Iterable
from textwrap import TextWrapper
from typing import Any

from amaranth.back import verilog
from amaranth.hdl import Value
from amaranth.lib import stream, wiring

import golden_model
from golden_model.network.config import Config
from rtl.core.memory import MACRO, MODEL, Macros

TOP = "eprop_core"
CHIP_TOP = "reckon"
# A signal that has no bits in some configuration. Nothing refers to it, but in Verilog it would have two.
NO_BITS = re.compile(r"^ *wire \[-1:0\] \S+ ?;\n", re.MULTILINE)

# A register that every process without a clock reads, so that a simulator runs each of them at once. Its
# initial value, which Yosys gives it, may come before they wait for a change; a delayed one does not.
AT_ONCE = re.compile(r"\\\$auto\$verilog_backend\.cc:\d+:dump_module\$\d+ ")
AT_ONCE_REGISTER = re.compile(r"^  reg at_time_zero = 0;$", re.MULTILINE)
# Long lines are broken at spaces, unless in a string, a comment or an attribute spaces have to stay.
LINE = TextWrapper(width=199, subsequent_indent=8 * " ", break_long_words=False, break_on_hyphens=False)
ZERO = re.compile(r"(?<='h)0{32,}\b")  # digits of a wide zero, which a single one is too
WHOLE = re.compile(r'"|//|/\*|\(\*[^)]')

PORTS = ("interface", "plain")
STREAM = {"payload": "tdata", "valid": "tvalid", "ready": "tready"}  # names of AXI4-Stream
EMPTY = ("UNUSEDPARAM", "UNUSEDSIGNAL", "UNDRIVEN")  # what lint finds in a module without content


def generate_core(config: Config, *, lanes: int = 16, trace: bool = False, memory: str = "infer") -> str:
    """Return the Verilog of a core, its parameters in a comment at the top.

    Parameters
    ----------
    config : Config
    lanes : int
        Synapses of each weight array that are worked off in a cycle.
    trace : bool
        With the trace port.
    memory : {"infer", "blackbox"}
        With the module of memories as it behaves, or without: a foundry's macros take its place.

    Raises
    ------
    ValueError
        For a number of lanes that a core cannot have.
    """
    from rtl.core.core import Core

    core = Core(config, lanes=lanes, trace=trace)
    return generate(core, TOP, header(config, lanes=lanes, trace=trace), memory=memory)


def generate_chip(config: Config, *, lanes: int = 16, trace: bool = False, memory: str = "infer") -> str:
    """Return the Verilog of the chip, its parameters in a comment at the top.

    Parameters and what is raised are those of `generate_core`, and a ValueError for fields that do not fit
    the chip's map.
    """
    from rtl.chip.reckon import Reckon

    chip = Reckon(config, lanes=lanes, trace=trace)
    return generate(chip, CHIP_TOP, header(config, lanes=lanes, trace=trace), memory=memory)


def generate(
    component: wiring.Component,
    name: str,
    comment: Iterable[str] = (),
    *,
    memory: str = "infer",
    ports: str = "interface",
) -> str:
    """Return the Verilog of a component.

    Parameters
    ----------
    component : wiring.Component
        Its members become ports, see `port_names`.
    name : str
        Name of the top module; those of submodules follow it after a dot.
    comment : iterable of str
        Lines of a comment at the top.
    memory : {"infer", "blackbox"}
        With the module of its memories, or without.
    ports : {"interface", "plain"}
    """
    os.environ["AMARANTH_USE_YOSYS"] = "builtin"  # another release of Yosys writes other bytes
    options: dict[str, Any] = {"emit_src": False, "strip_internal_attrs": True}
    values = (Value.cast(value) for *_, value in component.signature.flatten(component))
    named = {
        name: (value, None) for name, value in zip(port_names(component, ports).values(), values, strict=True)
    }
    text = NO_BITS.sub("", verilog.convert(component, name, Macros(), ports=named, **options))
    text = AT_ONCE_REGISTER.sub(
        "  reg at_time_zero = 1;\n  initial at_time_zero <= 0;", AT_ONCE.sub("at_time_zero", text)
    )
    if memory == "infer" and f"{MACRO} #(" in text:
        text += "\n" + memory_model()
    return "".join(f"// {line}".rstrip() + "\n" for line in comment) + broken(text)


def port_names(component: wiring.Component, ports: str) -> dict[str, str]:
    """Return the name of each port by that of its member.

    Those of interfaces have two underscores, such as `event__payload`, which no name in VHDL has. Plain ones
    have one, and those of streams end as in AXI4-Stream: `event_tdata`.
    """
    signature = component.signature
    names = {}
    for path, _, _ in signature.flatten(component):
        streams = len(path) > 1 and isinstance(signature.members[path[0]].signature, stream.Signature)
        plain = "_".join((*path[:-1], STREAM[path[-1]] if streams else path[-1]))
        names["__".join(path)] = plain if ports == "plain" else "__".join(path)
    return names


def broken(text: str) -> str:
    """Return Verilog without lines that are long."""
    lines = (
        LINE.wrap(line) if len(line) > LINE.width and not WHOLE.search(line) else [line]
        for line in ZERO.sub("0", text).split("\n")
    )
    return "\n".join(part for parts in lines for part in parts)


def memory_model() -> str:
    """Return the Verilog of the module of memories, as it behaves."""
    return MODEL.read_text(encoding="utf-8")


def memory_black_box() -> str:
    """Return the Verilog of the same module without content."""
    face, end, _ = memory_model().partition("\n);\n")
    face = face.replace(f"module {MACRO}", f"(* blackbox, dynports *)\nmodule {MACRO}")
    off, on = ("".join(f"/* verilator lint_{way} {rule} */\n" for rule in EMPTY) for way in ("off", "on"))
    return f"// Without content, for synthesis and lint.\n{off}{face}{end}endmodule\n{on}"


def header(config: Config, *, lanes: int, trace: bool) -> list[str]:
    """Return what tells a core from others: version, digest and fields of the Config, lanes, trace port."""
    return [
        f"eprop-core {golden_model.__version__}",
        f"configuration {config.digest}",
        *(f"    {name} = {value}" for name, value in config.model_dump().items()),
        f"lanes = {lanes}",
        f"trace = {trace}",
        "",
    ]
