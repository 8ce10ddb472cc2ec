"""The C header as a compiler reads it, and the page, against the golden model's registers."""

import re
import subprocess
from pathlib import Path

import pytest

from golden_model.network.config import Config
from golden_model.network.registers import REGISTERS, SOURCE_SEEDS, STATUS
from rtl.core.registers import OF_CORE
from rtl.delivery.register_map import c_header, markdown

CONFIG = Config(n_in=8, n_rec=16, n_out=3)
SPACES = {"neurons": 1, "readouts": 2, "w_in": 3, "w_rec": 4, "w_out": 5}  # of the published map


def compiled(header: str, folder: Path) -> dict[str, int]:
    """Return the values of all names that a header defines, as a C program prints them."""
    names = re.findall(r"^#define (EPROP_\w+)(?= )", header, re.MULTILINE)
    prints = "".join(f'    printf("{name} %lld\\n", (long long)({name}));\n' for name in names)
    (folder / "map.h").write_text(header)
    (folder / "map.c").write_text(f'#include <stdio.h>\n#include "map.h"\nint main(void) {{\n{prints}}}\n')
    subprocess.run(["cc", "-Wall", "-Werror", "-o", "map", "map.c"], cwd=folder, check=True)
    output = subprocess.run([folder / "map"], capture_output=True, text=True, check=True).stdout
    return {name: int(value) for name, value in map(str.split, output.splitlines())}


def test_header_of_the_chip(tmp_path: Path) -> None:
    values = compiled(c_header(CONFIG, "chip"), tmp_path)
    assert values["EPROP_CONFIG_HASH"] % 2**64 == int(CONFIG.digest, 16)
    assert [values[f"EPROP_N_{name}"] for name in ("IN", "REC", "OUT")] == [8, 16, 3]
    for name, space in SPACES.items():
        assert values[f"EPROP_SPACE_{name.upper()}"] == space
    for register in REGISTERS:
        name = f"EPROP_{register.name.upper()}"
        assert values[name] == register.number
        assert values[f"{name}_BITS"] == register.extended_bits or register.bits
    for name, number, bits, _ in STATUS:
        assert (values[f"EPROP_{name.upper()}"], values[f"EPROP_{name.upper()}_BITS"]) == (number, bits)


def test_values_after_reset(tmp_path: Path) -> None:
    values = compiled(c_header(CONFIG, "chip"), tmp_path)
    sizes = {"num_inp_neur": 7, "num_rec_neur": 15, "num_out_neur": 2}  # no more than there are
    for register in REGISTERS:
        if register.name != "alpha_conf":
            expected = (sizes | SOURCE_SEEDS).get(register.name, register.default or 0)
            assert values[f"EPROP_{register.name.upper()}_RESET"] == expected, register.name


def test_frames_of_the_header(tmp_path: Path) -> None:
    frame = "#define EPROP_EXAMPLE EPROP_SPI_FRAME(1, EPROP_SPACE_W_OUT, 25, 0x1234)\n#endif"
    header = c_header(CONFIG, "chip").replace("#endif", frame)
    assert compiled(header, tmp_path)["EPROP_EXAMPLE"] == 0xD0191234


def test_widths_follow_the_configuration(tmp_path: Path) -> None:
    config = Config(n_in=8, n_rec=1024, n_out=3, membrane_bits=20, surrogate_bits=7, kappa_frac_bits=9)
    values = compiled(c_header(config, "soc"), tmp_path)
    assert values["EPROP_THR_H_0_BITS"] == 20
    assert values["EPROP_H_4_BITS"] == 7
    assert (values["EPROP_KAPPA_BITS"], values["EPROP_KAPPA_RESET"]) == (10, 0x7A << 2)
    assert values["EPROP_ALPHA_CONF_BITS"] == 512
    assert "EPROP_LOCAL_TICK" not in values
    assert "EPROP_DROPPED_EVENTS" not in values


@pytest.mark.parametrize("face", ["soc", "chip"])
def test_page_has_a_line_per_register(face: str) -> None:
    lines = [line.strip("| ").split(" | ") for line in markdown(CONFIG, face).splitlines() if "|" in line]
    numbers = {cells[1]: cells[0] for cells in lines if len(cells) == 5}
    for register in REGISTERS:
        if face == "chip" or register.name in OF_CORE:
            assert numbers[register.name].split(", ")[0] == str(register.number)
    assert numbers["alpha_conf"] == "65, 66, 67, 68"
    assert ("timing_errors" in numbers) == (face == "chip")
