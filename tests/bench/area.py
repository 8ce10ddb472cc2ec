"""The core's area on a Xilinx 7 series FPGA, per lane count, beside that of the published circuit."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from golden_model.network.config import Config
from rtl import LANES
from rtl.delivery.verilog import TOP, generate_core, memory_black_box
from tests.bench.timing import Section
from tests.helpers.yosys import run_yosys

PUBLISHED = ("published circuit", 31073, 201)  # its logic by the same script, Yosys 0.70

# Weight and neuron memories are memory macros on a chip and would hide the logic on an FPGA: without a module
# that says what they do, they are black boxes.
SCRIPT = """
read_verilog -sv core.v
read_verilog memory.v
hierarchy -check -top {top}
synth_xilinx -family xc7 {options} -top {top}
tee -o area.json stat -tech xilinx -json
"""


def area() -> list[Section]:
    """Count logic cells and multipliers of the published sizes and widths at every number of lanes."""
    rows: list[tuple[str | float, ...]] = [(*PUBLISHED, "-", "-")]
    for lanes in LANES:
        cells = synthesize(generate_core(Config(), lanes=lanes, memory="blackbox"))["design"]
        rows.append((f"{lanes} lanes", *figures(cells), ram_blocks(cells)))
    columns = ("xc7", "logic cells", "DSPs", "flip-flops", "block RAMs beside")
    return [Section("Area, weight and neuron memories as black boxes", columns, rows)]


def shares(lanes: int = 4) -> list[Section]:
    """Count the same by module, each synthesized for itself."""
    modules = synthesize(generate_core(Config(), lanes=lanes, memory="blackbox"), flatten=False)["modules"]
    own = {name.lstrip("\\"): figures(cells) for name, cells in modules.items()}
    rows = [(name, *own[name]) for name in sorted(own) if name.startswith(TOP)]
    columns = ("xc7, each without what is in it", "logic cells", "DSPs", "flip-flops")
    return [Section(f"Area by module, {lanes} lanes, nothing optimized across modules", columns, [*rows])]


def synthesize(verilog: str, *, top: str = TOP, flatten: bool = True) -> Any:
    """Return what Yosys counts in a design that was generated without its module of memories.

    Raises
    ------
    RuntimeError
        If Yosys fails.
    """
    with TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "core.v").write_text(verilog, encoding="utf-8")
        (directory / "memory.v").write_text(memory_black_box(), encoding="utf-8")
        (directory / "area.ys").write_text(SCRIPT.format(top=top, options="-flatten" if flatten else ""))
        run_yosys(directory)
        return json.loads((directory / "area.json").read_text())


def figures(cells: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return logic cells, multipliers and flip-flops."""
    kinds = cells["num_cells_by_type"]
    flip_flops = sum(number for kind, number in kinds.items() if kind.startswith("FD"))
    return int(cells["estimated_num_lc"]), kinds.get("DSP48E1", 0), flip_flops


def ram_blocks(cells: Mapping[str, Any]) -> int:
    """Return the block RAMs that other memories take."""
    return sum(number for kind, number in cells["num_cells_by_type"].items() if kind.startswith("RAMB"))
