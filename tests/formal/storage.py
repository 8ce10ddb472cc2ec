"""The storage under proof: its memories are left out, so that what is read may be anything."""

from typing import Any

from amaranth.hdl import Module, Value

from golden_model.network.config import Config
from rtl.core.blocks import Blocks, make_blocks
from rtl.core.registers import LARGEST
from rtl.core.storage import Space, Storage
from tests.formal.harness import Harness

# Most lines, neurons and readouts, and lanes.
CIRCUITS = [((256, 256, 16), 16), ((40, 100, 2), 4), ((19, 38, 5), 1), ((19, 38, 5), 2), ((19, 38, 5), 16)]
SHAPES = {  # of an array: the sizes of its rows and columns
    Space.W_IN: ("n_in", "n_rec"),
    Space.W_REC: ("n_rec", "n_rec"),
    Space.W_OUT: ("n_rec", "n_out"),
}


def circuit(sizes: tuple[int, int, int]) -> Config:
    """Return the configuration of some sizes."""
    return Config(**dict(zip(("n_in", "n_rec", "n_out"), sizes, strict=True)))


def place(harness: Harness, storage: Storage, name: str = "storage") -> Storage:
    """Put a storage under proof; what its memories are asked for can be seen, what they answer is free."""
    harness.block(storage, name)
    harness.leave_out(name, "access__value")
    for memory, member in storage.memories.items():
        member.elaborate = lambda platform: Module()
        harness.expose(f"{name}_{memory}", member)
        harness.leave_out(f"{name}_{memory}", "write_word")
    return storage


def place_blocks(harness: Harness, config: Config, lanes: int) -> Blocks:
    """Return the blocks of a core, of which storage and sizes are under proof; the others may do anything.

    The sizes of the network are any that the circuit has room for, and stay.
    """
    blocks = make_blocks(config, lanes)
    for name, block in blocks.named().items():
        harness.expose(name, block)
    place(harness, blocks.storage)
    harness.m.submodules.sizes = blocks.sizes
    for register, size in LARGEST.items():
        value = getattr(blocks.registers, register)
        harness.keep(value)
        harness.assume(value < getattr(config, size))
    for word, size, divisor in (
        ("in", "n_in", lanes),
        ("rec", "n_rec", lanes),
        ("out", "n_out", blocks.out_lanes),
    ):
        harness.claim(getattr(blocks.sizes, f"last_{word}") <= (getattr(config, size) - 1) // divisor)
    harness.claim(blocks.sizes.last_step <= (max(config.n_in, config.n_rec, config.n_out) - 1) // lanes)
    return blocks


def written(storage: Storage, space: Space, row: Value, word: Value) -> tuple[Value, Value]:
    """Return whether an access writes an element of a word of a row, and the address where it does."""
    access, memory = storage.access, storage.memories[space.name.lower()]
    shift = memory.lanes.bit_length() - 1
    mine = (access.row == row) & (access.column >> shift == word) & (access.space == space.value)
    writes: Any = storage.allowed & access.write & mine
    return writes, memory.write_address
