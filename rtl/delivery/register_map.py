"""The register map of a circuit as a C header and as a page, both from the golden model's data."""

from collections.abc import Iterator
from dataclasses import dataclass

from golden_model.network.config import SIZES, Config
from golden_model.network.registers import REGISTERS, SOURCE_SEEDS, STATUS
from golden_model.network.registers import Register as Entry
from rtl.chip.window import NEURONS, READOUTS, W_IN, W_OUT, W_REC
from rtl.core.registers import (
    BUS_BITS,
    CONF_WORDS,
    EXTENDED_CONF,
    OF_CORE,
    OF_PINS,
    UNUSED,
    register_shapes,
    reset_value,
)
from rtl.core.storage import Space

SPACES = {
    "registers": 0,
    "neurons": NEURONS,
    "readouts": READOUTS,
    "w_in": W_IN,
    "w_rec": W_REC,
    "w_out": W_OUT,
}

SPI_FRAME = (
    "",
    "#include <stdint.h>",
    "",
    "/* The 32 address bits of a frame. */",
    "#define EPROP_SPI_FRAME(read, space, count, address) \\",
    "    ((uint32_t)(read) << 31 | (uint32_t)(space) << 28 | (uint32_t)(count) << 16 | (uint32_t)(address))",
)


@dataclass(frozen=True)
class Row:
    """A register: one number, or that of the first of several words."""

    name: str
    number: int
    bits: int
    signed: bool
    reset: int
    meaning: str
    writable: bool = True


def rows(config: Config, face: str) -> list[Row]:
    """Return the registers of a face, "chip" or "soc", as wide as a configuration makes them."""
    names = (*OF_CORE, *OF_PINS, *UNUSED) if face == "chip" else OF_CORE
    shapes = register_shapes(config, names)
    written = [
        Row(entry.name, entry.number, shape.width, shape.signed, _reset(config, entry), entry.meaning)
        for entry in REGISTERS
        if (shape := shapes.get(entry.name)) is not None
    ]
    status = [Row(name, number, bits, False, 0, meaning, False) for name, number, bits, meaning in STATUS]
    return [*written, *status] if face == "chip" else written


def _reset(config: Config, entry: Entry) -> int:
    """Return the value of a register after reset, of a seed that of its source."""
    return SOURCE_SEEDS.get(entry.name, reset_value(config, entry))


def spaces(face: str) -> dict[str, int]:
    """Return the spaces of memories, of the SPI or of the core's access."""
    return SPACES if face == "chip" else {space.name.lower(): space.value for space in Space}


def c_header(config: Config, face: str) -> str:
    """Return a C header: what was built, spaces of memories, registers."""
    built = [f"#define EPROP_{name.upper()} {getattr(config, name)}" for name in SIZES]
    lines = [
        "#ifndef EPROP_CORE_H",
        "#define EPROP_CORE_H",
        *(SPI_FRAME if face == "chip" else ()),
        "",
        f"#define EPROP_CONFIG_HASH 0x{config.digest}ull",
        *built,
        "",
        *(f"#define EPROP_SPACE_{name.upper()} {number}" for name, number in spaces(face).items()),
        "",
        *(line for row in rows(config, face) for line in _defines(row)),
    ]
    return "\n".join([*lines, "", "#endif", ""])


def _defines(row: Row) -> Iterator[str]:
    name = f"EPROP_{row.name.upper()}"
    yield f"#define {name} {row.number} /* {row.meaning}{'' if row.writable else '; read only'} */"
    yield f"#define {name}_BITS {row.bits}"
    if row.writable and row.bits <= BUS_BITS:
        yield f"#define {name}_RESET {row.reset}"


def markdown(config: Config, face: str) -> str:
    """Return a page with the same content."""
    lines = ["# Registers", "", f"Configuration {config.digest}.", ""]
    lines += ["| number | name | bits | reset | meaning |", "|---|---|---|---|---|"]
    for row in rows(config, face):
        width = f"{'s' if row.signed else ''}{row.bits}"
        reset = row.reset if row.writable else "read only"
        lines.append(f"| {_numbers(row)} | {row.name} | {width} | {reset} | {row.meaning} |")
    lines += ["", "# Spaces", "", "| number | memory |", "|---|---|"]
    lines += [f"| {number} | {name} |" for name, number in spaces(face).items()]
    return "\n".join([*lines, ""])


def _numbers(row: Row) -> str:
    """Return the numbers of a register; alpha_conf goes on at others."""
    words = -(-row.bits // BUS_BITS)
    first = [row.number + word for word in range(min(words, CONF_WORDS))]
    more = [EXTENDED_CONF + word for word in range(CONF_WORDS, words)]
    return ", ".join(map(str, first + more))
