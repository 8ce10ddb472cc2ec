"""The ports of the core are those that its documentation lists, in their order and direction."""

import re
from typing import Any

import pytest
from amaranth.lib.wiring import Flow, In, Out

from golden_model.network.config import Config
from rtl.core.ports import core_ports
from tests.helpers.places import ROOT

DOCUMENTATION = ROOT / "docs" / "rtl.md"
NAMES = re.compile(r"`(\w+)`")
FLOWS = {"in": In, "out": Out}


def documented() -> dict[str, tuple[Flow, dict[str, Flow]]]:
    """Return of each port of the table its direction, and those of the members that it lists."""
    table = DOCUMENTATION.read_text(encoding="utf-8").partition("\n## Ports\n")[2].partition("\n### ")[0]
    ports = {}
    for names, directions in re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.MULTILINE):
        flow = FLOWS[re.split(r"\W", directions)[0]]
        parts = [part.partition(":") for part in directions.split(";")]
        members = {n: FLOWS[way.strip()] for way, _, listed in parts for n in NAMES.findall(listed)}
        ports |= dict.fromkeys(NAMES.findall(names), (flow, members))
    return ports


def members_of(port: Any) -> dict[str, Flow]:
    """Return the directions of the members of an interface, as seen from the core."""
    return {name: member.flow for name, member in port.signature.members.items()}


@pytest.mark.parametrize("trace", [False, True])
def test_ports_are_those_of_the_documentation(trace: bool) -> None:
    ports, table = core_ports(Config(n_in=8, n_rec=4, n_out=2), 4, trace=trace), documented()
    assert list(ports) == [name for name in table if trace or name != "trace"]
    for name, port in ports.items():
        flow, members = table[name]
        assert port.flow == flow, name
        assert not members or members_of(port) == members, name
    assert {name for name, (_, members) in table.items() if members} == {"register", "access", "trace"}
