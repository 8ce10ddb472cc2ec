"""The memories of a chip over its SPI, as arrays under the golden model's names."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosim.chip.agents import WORD_BITS, SpiMaster
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.delivery.frames import ARRAYS, BYTES, CHUNKS, weight_frames

NEURONS, READOUTS = 1, 2  # spaces of the SPI
HALF = 50  # bits of one neuron in the word of its pair
FIELDS = {"membrane": (0, 16), "trace_in": (16, 12), "trace_rec": (28, 12), "trace_out": (40, 10)}
SPIKE, VALID, FLAGS = 1, 2, 1 << 9

Weights = tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]


class ChipMemory:
    """Reads and writes memories; the chip has to be frozen, or idle with `en_conf` set.

    Parameters
    ----------
    spi : SpiMaster
    config : Config
        Of the chip.
    parameters : Parameters
        Of the network, whose sizes say how much is read and written.
    """

    def __init__(self, spi: SpiMaster, config: Config, parameters: Parameters) -> None:
        self.spi, self.config, self.parameters = spi, config, parameters
        n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
        self._shapes = ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out))
        self._counts = {"membrane": n_rec, "trace_in": n_in, "trace_rec": n_rec, "trace_out": n_rec}

    async def weights(self) -> Weights:
        """Read w_in, w_rec and w_out, with their shadow bits."""
        places = zip(ARRAYS.values(), self._shapes, strict=True)
        arrays = [await self._rows(*place, *shape) for place, shape in places]
        return arrays[0], arrays[1], arrays[2]

    async def _rows(self, space: int, shift: int, n_pre: int, n_post: int) -> NDArray[np.int8]:
        rows = []
        for pre in range(n_pre):
            words = await self.spi.read(space, pre << shift, -(-n_post // BYTES))
            rows.append(np.array(words, "<u4").view(np.int8)[:n_post])
        return np.stack(rows)

    async def load_weights(self, w_in: NDArray[Any], w_rec: NDArray[Any], w_out: NDArray[Any]) -> None:
        """Write all weights."""
        for frame in weight_frames(self.config, (w_in, w_rec, w_out)):
            await self.spi.send_frame(frame)

    async def states(self) -> dict[str, NDArray[np.int64]]:
        """Read membrane, trace_in, trace_rec, trace_out and readout, which are names of records too."""
        pairs = await self._pairs()
        states = {
            name: np.array([_field(pairs[index // 2], name, index % 2) for index in range(count)])
            for name, count in self._counts.items()
        }
        words = await self.spi.read(READOUTS, 0, self.parameters.n_out)
        return states | {"readout": np.array(words, "<u4").astype(np.int16).astype(np.int64)}

    async def write_states(self, states: Mapping[str, ArrayLike]) -> None:
        """Write states, some or all of those that `states` returns; leaks and thresholds stay."""
        if "readout" in states:
            await self.spi.write(READOUTS, 0, np.asarray(states["readout"]).astype("<u4").tolist())
        pairs = await self._pairs()
        for name in FIELDS.keys() & states.keys():
            for index, value in enumerate(np.asarray(states[name]).tolist()):
                pairs[index // 2] = _with_field(pairs[index // 2], name, index % 2, value)
        mask = (1 << WORD_BITS) - 1
        chunks = [pair >> WORD_BITS * chunk & mask for pair in pairs for chunk in range(CHUNKS)]
        await self.spi.write(NEURONS, 0, chunks)

    async def preset(self, neuron: int, *, spike: bool, valid: bool) -> None:
        """Say whether a neuron fired, and whether its states count: if not, they are 0."""
        await self.spi.write(NEURONS, FLAGS | neuron, [SPIKE * spike | VALID * valid])

    async def _pairs(self) -> list[int]:
        """Return the words of all pairs of neurons."""
        words = await self.spi.read(NEURONS, 0, CHUNKS * self.parameters.n_pairs)
        chunks = [words[first : first + CHUNKS] for first in range(0, len(words), CHUNKS)]
        return [sum(word << WORD_BITS * n for n, word in enumerate(pair)) for pair in chunks]


def _field(pair: int, name: str, odd: int) -> int:
    """Return a state of the even or the odd neuron of a pair; potentials are signed."""
    offset, bits = FIELDS[name]
    value = pair >> offset + HALF * odd & (1 << bits) - 1
    return value - (value >> bits - 1 << bits) if name == "membrane" else value


def _with_field(pair: int, name: str, odd: int, value: int) -> int:
    """Return the word of a pair with a state replaced."""
    offset, bits = FIELDS[name]
    mask = (1 << bits) - 1
    return pair & ~(mask << offset + HALF * odd) | (value & mask) << offset + HALF * odd
