"""Tables that leap a random source over one whole draw, and the seeded sources as words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.twins.lfsr import Source

Ints = NDArray[np.int64]
CHUNK = 7  # bits of a source's state that index one table


def packed(source: Source) -> int:
    """State of a source as one word, the oldest element lowest."""
    return sum(bit << n for n, bit in enumerate(source.elements))


def leap_table(a: int, b: int, lanes: int, lane_bits: int) -> Ints:
    """[chunk, its value, lane]: its share of each lane of a draw and, last, of the next state."""
    basis = np.zeros((4 * CHUNK, lanes + 1), np.int64)
    for bit in range(b):
        source = Source(a, b, 0)
        source.elements[bit] = 1
        draw = source.draw(lanes * lane_bits)
        basis[bit] = [draw >> lane_bits * n & ((1 << lane_bits) - 1) for n in range(lanes)] + [packed(source)]
    table = np.zeros((4, 1 << CHUNK, lanes + 1), np.int64)
    for bit in range(4 * CHUNK):
        chunk, low = divmod(bit, CHUNK)
        table[chunk, 1 << low : 2 << low] = table[chunk, : 1 << low] ^ basis[bit]
    return table


def next_states(k: int) -> Ints:
    """State of a 15-bit source after a draw of k bits, for every state."""
    leap = leap_table(1, 15, 1, k)[..., 1]
    states = np.arange(1 << 15)
    table: Ints = leap[0, states & 127] ^ leap[1, states >> 7 & 127] ^ leap[2, states >> 14]
    return table


def seeded_sources(registers: Mapping[str, Any]) -> Ints:
    """States of all sources, packed."""
    sources = [
        Source(3, 25, registers["seed_inp"]), Source(3, 25, registers["seed_rec"]),
        Source(1, 22, registers["seed_out"]), Source(1, 15, registers["seed_strnd_oneur"], 7),
    ]  # fmt: skip
    for name, bits in (("neur", 15), ("tinp", 15), ("trec", 15), ("tout", 7)):
        seed = registers[f"seed_strnd_{name}"]
        sources += [Source(1, 15, seed & 0x7FFF, bits), Source(1, 15, seed >> 15, bits)]
    sources.append(Source(3, 17, registers["seed_noise_neur"]))
    return np.array([packed(source) for source in sources])
