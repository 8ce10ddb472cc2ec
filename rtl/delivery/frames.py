"""SPI frames that program a chip, in the order of the published test bench."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.network.config import Config
from golden_model.network.formats import Weights
from golden_model.network.parameters import Parameters
from rtl.chip.map import BYTE, PARAMETER_FIELDS
from rtl.chip.window import FLAG_ROW, NEURONS, W_IN, W_OUT, W_REC
from rtl.delivery.program import FREEZE, WORD, Program

BYTES = WORD // BYTE
CHUNKS = 4  # words of an element of the map
ARRAYS = {"w_in": (W_IN, 6), "w_rec": (W_REC, 6), "w_out": (W_OUT, 2)}  # space, and where the row begins


@dataclass(frozen=True)
class Frame:
    """Words of 32 bits for an address of a space and those that follow; registers do not count up.

    Attributes
    ----------
    space : int
        0..7.
    address : int
        16 bits.
    words : tuple of int
    what : str
        What they are, for a reader.
    """

    space: int
    address: int
    words: tuple[int, ...]
    what: str = ""

    @property
    def header(self) -> int:
        """The 32 address bits."""
        return header(self.space, self.address, len(self.words), reads=False)


def header(space: int, address: int, count: int, *, reads: bool) -> int:
    """Return the 32 address bits of a frame."""
    return reads << 31 | space << 28 | count << 16 | address


FREEZES = Frame(0, FREEZE, (1,), "ask for access to memories")
RUNS = Frame(0, FREEZE, (0,), "let the core run")


def program(config: Config, parameters: Parameters | None, weights: Weights) -> Iterator[Frame]:
    """Yield the frames that program a chip.

    Parameters
    ----------
    config : Config
        Of the chip.
    parameters : Parameters or None
        Of the network; without them only weights are written.
    weights : three arrays of int
        w_in, w_rec and w_out, s(weight_bits).
    """
    if parameters is None:
        yield from (FREEZES, *weight_frames(config, weights), RUNS)
        return
    writes = Program(config, parameters)
    yield FREEZES
    for number, value in writes.register_writes():
        yield Frame(0, number, (value,), f"register {number}")
    yield from (RUNS, FREEZES, *weight_frames(config, weights))
    yield Frame(NEURONS, 0, tuple(_pairs(writes)), "leaks and thresholds, states 0")
    yield RUNS


def weight_frames(config: Config, weights: Weights) -> Iterator[Frame]:
    """Yield a frame per presynaptic neuron or line of each array, weights with their shadow bits."""
    for (name, (space, shift)), array in zip(ARRAYS.items(), weights, strict=True):
        for pre, row in enumerate(np.asarray(array, np.int64) << config.shadow_bits):
            yield Frame(space, pre << shift, packed(row), f"{name}[{pre}]")


def packed(row: NDArray[Any]) -> tuple[int, ...]:
    """Return a row of weights as words of four bytes, the first lowest."""
    padded = np.zeros(-(-len(row) // BYTES) * BYTES, np.int8)
    padded[: len(row)] = row
    return tuple(padded.view("<u4").tolist())


def _pairs(writes: Program) -> Iterator[int]:
    """Yield the words of all pairs, their states 0."""
    threshold, alpha = PARAMETER_FIELDS
    pairs = list(writes.pair_writes())[: 1 << FLAG_ROW]
    for _, low_alpha, level in pairs:
        word = low_alpha << alpha.offset | level % (1 << threshold.bits) << threshold.offset
        yield from (word >> WORD * chunk & (1 << WORD) - 1 for chunk in range(CHUNKS))


def text(frames: Iterator[Frame]) -> str:
    """Return frames as a script: words of hexadecimal digits in the order in which they are sent."""
    lines = ["// 32-bit words, most significant bit first, as they are sent over SPI"]
    for frame in frames:
        lines.append(f"{frame.header:08x} // {frame.what}")
        lines += [f"{word:08x}" for word in frame.words]
    return "\n".join(lines) + "\n"
