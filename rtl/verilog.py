# amaranth: UnusedElaboratable=no
"""Verilog of the core and of its blocks: the design's own names, and the same bytes for the same input."""

import os
import re
from collections.abc import Iterable
from typing import Any

from amaranth.back import verilog
from amaranth.lib import wiring

import golden_model
from golden_model.config import Config

TOP = "eprop_core"
CHIP_TOP = "reckon"
# A signal that has no bits in some configuration. Nothing refers to it, but in Verilog it would have two.
NO_BITS = re.compile(r"^ *wire \[-1:0\] \S+ ?;\n", re.MULTILINE)


def generate_core(config: Config, *, lanes: int = 16, trace: bool = False) -> str:
    """Return the Verilog of a core, its parameters in a comment at the top.

    Parameters
    ----------
    config : Config
    lanes : int
        Synapses of each weight array that are worked off in a cycle.
    trace : bool
        With the trace port.

    Raises
    ------
    ValueError
        For a number of lanes that a core cannot have.
    """
    from rtl.core import Core

    return generate(Core(config, lanes=lanes, trace=trace), TOP, header(config, lanes=lanes, trace=trace))


def generate_chip(config: Config, *, lanes: int = 16) -> str:
    """Return the Verilog of the chip, its parameters in a comment at the top.

    Raises
    ------
    ValueError
        For fields that do not fit the chip's map, or a number of lanes that a core cannot have.
    """
    from rtl.reckon import Reckon

    return generate(Reckon(config, lanes=lanes), CHIP_TOP, header(config, lanes=lanes, trace=False))


def generate(component: wiring.Component, name: str, comment: Iterable[str] = ()) -> str:
    """Return the Verilog of a component.

    Parameters
    ----------
    component : wiring.Component
        Its members become ports, those of interfaces with two underscores, such as `event__payload`.
    name : str
        Name of the top module; those of submodules follow it after a dot.
    comment : iterable of str
        Lines of a comment at the top.
    """
    os.environ["AMARANTH_USE_YOSYS"] = "builtin"  # another release of Yosys writes other bytes
    options: dict[str, Any] = {"emit_src": False, "strip_internal_attrs": True}
    text = NO_BITS.sub("", verilog.convert(component, name, **options))
    return "".join(f"// {line}".rstrip() + "\n" for line in comment) + text


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
