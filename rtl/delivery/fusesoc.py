"""What tools need beside the Verilog: a FuseSoC core, timing constraints."""

from collections.abc import Iterable
from pathlib import Path

import golden_model
from rtl.chip.reckon import ASYNCHRONOUS, OUTPUTS, WIDE
from rtl.core.memory import MACRO
from rtl.delivery.verilog import CHIP_TOP, TOP

FOLDER = Path(__file__).parent
TOPS = {"chip": CHIP_TOP, "soc": TOP}
PERIOD = 20  # ns, that of the published test bench

CORE_FILE = """CAPI=2:
name: ::{top}:{version}
description: {description}

filesets:
  rtl:
    files: [{top}.v]
    file_type: verilogSource
{memories}{images}  constraints:
    files: [{top}.sdc]
    file_type: SDC
  waivers:
    files: [lint.vlt]
    file_type: vlt
  test_bench:
    files: [testbench.v]
    file_type: systemVerilogSource

targets:
  default:
    filesets: [rtl{empty}{weights}, constraints]
    toplevel: {top}
  lint:
    filesets: [waivers, rtl{empty}]
    toplevel: {top}
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
  sim:
    filesets: [rtl{behaving}{weights}, test_bench]
    toplevel: testbench
    flow: sim
    flow_options:
      tool: verilator
      mode: binary
      verilator_options:
        - --timing -Wno-lint -Wno-TIMESCALEMOD -Wno-INITIALDLY
        - -CFLAGS -std=c++20 # coroutines, which not every build of Verilator asks the compiler for
        - -MAKEFLAGS CFG_CXXFLAGS_PCH_I=-include # nor for precompiled headers
"""

MEMORY_FILES = f"""  memories:
    files: [{MACRO}.v]
    file_type: verilogSource
  black_boxes:
    files: [{MACRO}_black_box.v]
    file_type: verilogSource
"""

# Copied to where tools run, which is where $readmemh looks for them.
IMAGE_FILES = """  weights:
    files:
{files}    file_type: user
"""

CHIP_CONSTRAINTS = """# The clock; put your period here.
create_clock -name CLK_EXT -period {period:.3f} [get_ports CLK_EXT]

# Each of these pins passes two flip-flops; reset acts at once and ends with the clock.
set_false_path -from [get_ports {{RST CLK_INT_EN {inputs}}}]

# Whoever reads these does not know the clock.
set_false_path -to [get_ports {{{outputs}}}]
"""

CORE_CONSTRAINTS = """# The clock; put your period here.
create_clock -name clk -period {period:.3f} [get_ports clk]

# All other ports belong to it; a third of the period is for what is around the core.
set_input_delay {third:.3f} -clock clk [remove_from_collection [all_inputs] [get_ports clk]]
set_output_delay {third:.3f} -clock clk [all_outputs]
"""


def core_file(face: str, memory: str, images: Iterable[str]) -> str:
    """Return a FuseSoC core with targets `lint` and `sim`, whose memories may start from images."""
    copies = "".join(f"      - {name}: {{copyto: {name}}}\n" for name in images)
    beside = memory == "blackbox"  # the module of memories is not in the Verilog
    return CORE_FILE.format(
        top=TOPS[face],
        version=golden_model.__version__,
        description="A recurrent spiking network that learns by e-prop",
        memories=MEMORY_FILES if beside else "",
        images=IMAGE_FILES.format(files=copies) if copies else "",
        weights=", weights" if copies else "",
        empty=", black_boxes" if beside else "",
        behaving=", memories" if beside else "",
    )


def constraints(face: str) -> str:
    """Return the constraints of a face as SDC: the clock, and which pins do not belong to it."""
    if face == "soc":
        return CORE_CONSTRAINTS.format(period=PERIOD, third=PERIOD / 3)
    return CHIP_CONSTRAINTS.format(period=PERIOD, inputs=_ports(ASYNCHRONOUS), outputs=_ports(OUTPUTS))


def _ports(names: dict[str, str]) -> str:
    return " ".join(f"{name}[*]" if name in WIDE else name for name in names)
