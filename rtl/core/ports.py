"""The ports of the core; docs/rtl.md says what each is for."""

from typing import Any

from amaranth.hdl import signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from rtl.core.registers import BUS_BITS
from rtl.core.storage import ACCESS
from rtl.core.trace_port import port_signature

REGISTER = wiring.Signature({"write": Out(1), "number": Out(9), "data": Out(BUS_BITS)})


def core_ports(config: Config, lanes: int, *, trace: bool) -> dict[str, Any]:
    """Return the ports of a core, with or without a trace port."""
    potential = signed(config.formats.membrane.bits)
    ports = {
        "tick": In(1),
        "sample": In(1),
        "target_valid": In(1),
        "infer": In(1),
        "halt": In(1),
        "ready": Out(1),
        "idle": Out(1),
        "frozen": Out(1),
        "event": In(stream.Signature(range(config.n_in))),
        "target": In(stream.Signature(potential)),
        "target_request": Out(1),
        "result": Out(stream.Signature(potential)),
        "result_is_winner": Out(1),
        "register": In(REGISTER),
        "access": In(ACCESS),
    }
    return ports | {"trace": Out(port_signature(config, lanes))} if trace else ports
