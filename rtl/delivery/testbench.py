"""A small test of the Verilog by itself, in plain Verilog."""

from collections.abc import Iterator, Mapping

import numpy as np

from golden_model.network.config import Config
from golden_model.network.formats import Weights
from rtl.chip.map import BYTE
from rtl.core.storage import Space
from rtl.delivery.frames import ARRAYS, BYTES, header
from rtl.delivery.fusesoc import FOLDER, TOPS
from rtl.delivery.program import WORD

PLACE = "        // WEIGHTS\n"  # where weights are read back


def test_bench(config: Config, face: str, ports: Mapping[str, str], weights: Weights | None) -> str:
    """Return a test bench that prints PASS.

    Parameters
    ----------
    config : Config
    face : {"soc", "chip"}
    ports : dict of str to str
        Names of ports by those of members.
    weights : three arrays of int, optional
        What the memories start from: some are read back.
    """
    text = (FOLDER / f"testbench_{TOPS[face]}.v").read_text(encoding="utf-8")
    replaced = {"HASH;": f"{config.digest};", "POTENTIAL_BITS": str(config.formats.membrane.bits)}
    replaced |= {f".{member}(": f".{port}(" for member, port in ports.items()}
    reads = () if weights is None else _reads(config, face, weights)
    replaced[PLACE] = "".join(f"        read_back({', '.join(read)});\n" for read in reads)
    for name, value in replaced.items():
        text = text.replace(name, value)
    return text


def _reads(config: Config, face: str, weights: Weights) -> Iterator[tuple[str, ...]]:
    """Yield the arguments that read back the first and the last weight of each array that is not 0."""
    for (name, (space, shift)), array in zip(ARRAYS.items(), weights, strict=True):
        places = np.argwhere(array)
        for pre, post in places[[0, -1]].tolist() if len(places) else ():
            stored = int(array[pre, post]) << config.shadow_bits
            if face == "soc":
                yield f"{Space[name.upper()].value}", f"{pre}", f"{post}", f"32'h{stored % (1 << WORD):08x}"
            else:
                frame = header(space, (pre << shift) + post // BYTES, 1, reads=True)
                yield f"32'h{frame:08x}", f"{post % BYTES}", f"8'h{stored % (1 << BYTE):02x}"
