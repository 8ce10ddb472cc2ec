"""What memories of weights hold at power-up, as files for $readmemh."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.network.formats import Weights
from rtl.core.memory import Memory
from rtl.core.storage import Space, Storage
from rtl.delivery.frames import ARRAYS

IMAGES = {name: f"{name}.hex" for name in ARRAYS}


def images(storage: Storage, weights: Weights) -> dict[str, str]:
    """Let the memories of weights start from files, and return these by name.

    Parameters
    ----------
    storage : Storage
        Of the circuit; its memories are told the names.
    weights : three arrays of int
        w_in, w_rec and w_out, s(weight_bits).
    """
    files = {}
    for name, array in zip(ARRAYS, weights, strict=True):
        memory, words = storage.memories[name], storage.rows[Space[name.upper()]]
        memory.image = IMAGES[name]
        stored = np.asarray(array, np.int64) << storage.config.shadow_bits
        files[memory.image] = _image(memory, words, stored)
    return files


def _image(memory: Memory, words: int, array: NDArray[Any]) -> str:
    """Return a line of hexadecimal digits per word, `words` of them per row."""
    rows = np.zeros((memory.depth // words, words * memory.lanes), np.int64)
    rows[: array.shape[0], : array.shape[1]] = array
    digits = -(-memory.bits * memory.lanes // 4)
    lines = (_joined(word.tolist(), memory.bits) for word in rows.reshape(-1, memory.lanes))
    return "".join(f"{line:0{digits}x}\n" for line in lines)


def _joined(elements: list[int], bits: int) -> int:
    """Return elements side by side, the first lowest."""
    return sum(element % (1 << bits) << bits * lane for lane, element in enumerate(elements))
