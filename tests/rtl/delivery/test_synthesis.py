"""What Yosys makes of the memories: block RAM with write enables, or black boxes left for macros."""

import json
from pathlib import Path

import pytest

from golden_model.network.config import Config
from rtl.core.memory import MACRO
from rtl.delivery.verilog import generate_core, memory_black_box, memory_model
from tests.helpers.yosys import run_yosys

BLOCK_BITS = 32 * 1024  # of a RAMB36E1, without parity


def cells(folder: Path, commands: str, **files: str) -> dict[str, int]:
    """Run Yosys commands over files and return the number of cells of each type."""
    for name, text in files.items():
        (folder / f"{name}.v").write_text(text)
    (folder / "area.ys").write_text(f"{commands}\ntee -o stat.json stat -json\n")
    run_yosys(folder)
    counted: dict[str, int] = json.loads((folder / "stat.json").read_text())["design"]["num_cells_by_type"]
    return counted


@pytest.mark.parametrize("bits", [8, 16])
def test_memories_map_to_block_ram(bits: int, tmp_path: Path) -> None:
    sizes = f"-set DEPTH 4096 -set BITS {bits} -set LANES 16 -set ADDRESS_BITS 12"
    commands = f"read_verilog memory.v\nchparam {sizes} {MACRO}\nsynth_xilinx -flatten -top {MACRO}"
    counted = cells(tmp_path, commands, memory=memory_model())
    assert counted["RAMB36E1"] == 4096 * 16 * bits // BLOCK_BITS
    assert not any(name.startswith(("LUT", "FD", "RAM32", "RAM64")) for name in counted), counted


def test_black_boxes_stay_for_macros(tmp_path: Path) -> None:
    core = generate_core(Config(n_in=4, n_rec=4, n_out=2), lanes=4, memory="blackbox")
    commands = "read_verilog core.v memory.v\nhierarchy -check -top eprop_core\nproc\nflatten"
    counted = cells(tmp_path, commands, core=core, memory=memory_black_box())
    assert counted[MACRO] == core.count(f"{MACRO} #(") == 10
    assert not any(name.startswith("$memwr") for name in counted)
