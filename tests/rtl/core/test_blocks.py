"""The blocks of a core: those that the golden model has, under its names, each a submodule once."""

import pytest

from golden_model.core.timestep import Blocks as GoldenBlocks
from golden_model.network.config import Config
from rtl.core.blocks import KINDS, PLASTIC, make_blocks
from rtl.core.core import Core

NAMES = {"registers", "sizes", "storage", "events", "neuron", "readout", "learning"}
NAMES |= {f"trace_{kind}" for kind in KINDS} | {f"synapses_{kind}" for kind in PLASTIC}


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_every_block_is_a_submodule_of_its_name(lanes: int) -> None:
    core = Core(Config(n_in=3, n_rec=4, n_out=5), lanes=lanes)
    module = core.elaborate(None)
    for name, block in core.blocks.named().items():
        assert getattr(module.submodules, name) is block
    assert set(core.blocks.named()) == NAMES


@pytest.mark.parametrize(("lanes", "shift", "out_lanes"), [(1, 0, 1), (4, 2, 4), (16, 4, 8)])
def test_lanes_of_neurons_and_of_readouts(lanes: int, shift: int, out_lanes: int) -> None:
    blocks = make_blocks(Config(n_in=3, n_rec=4, n_out=5), lanes)
    assert (blocks.lanes, blocks.shift, blocks.out_lanes) == (lanes, shift, out_lanes)


def test_blocks_are_those_of_the_golden_model() -> None:
    """All but force_traces, a register that the circuit reads itself."""
    fields = set(make_blocks(Config(n_in=3, n_rec=4, n_out=5), 1).__dataclass_fields__)
    assert set(GoldenBlocks._fields) - fields == {"force_traces"}
