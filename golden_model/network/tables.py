"""What there is to know of a configuration: word formats, memory, the register map."""

import os

from rich.table import Table

import golden_model
from golden_model.files.cache import cache_folder, is_compiled
from golden_model.network.config import PRESETS, Config
from golden_model.network.formats import Format
from golden_model.network.network import Network
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS, Register


def describe(preset: str | None = None, path: str | os.PathLike[str] | None = None) -> list[Table]:
    """Return tables of a configuration, and of the register values if it is that of a network.

    Parameters
    ----------
    preset : str, optional
        Name of a configuration, the chip's if omitted.
    path : path-like, optional
        TOML file to read instead.

    Raises
    ------
    ValueError
        If both are given, or the preset is unknown, or the file is damaged.
    OSError
        If the file cannot be read.
    """
    if preset is not None and path is not None:
        raise ValueError("a preset and a file are two configurations, give only one of them")
    parameters = None
    if path is None:
        config = Config.preset(preset or "reckon")
    else:
        network = Network.read(path)
        config, parameters = network.config, network.parameters
    return [_about(config), _formats(config), _memory(config), _registers(parameters)]


def memory_bits(config: Config) -> dict[str, int]:
    """Return the bits that each memory of a circuit holds, by what it holds.

    A pair of neurons shares its threshold and the low bits of its leak; the top four bits of a leak are one
    bit of the register alpha_conf.
    """
    formats = config.formats
    state = (formats.membrane, formats.trace_in, formats.trace_rec, formats.trace_out)
    stored = formats.stored_weight.bits
    pair = 2 * sum(word.bits for word in state) + formats.threshold.bits + config.alpha_frac_bits - 3
    return {
        "neurons": (max(config.n_in, config.n_rec, config.n_out) + 1) // 2 * pair,
        "readouts": config.n_out * (formats.readout.bits + formats.wins.bits),
        "w_in": config.n_in * config.n_rec * stored,
        "w_rec": config.n_rec * config.n_rec * stored,
        "w_out": config.n_rec * config.n_out * stored,
    }


def _about(config: Config) -> Table:
    table = _table("", "")
    table.add_row("version", golden_model.__version__)
    table.add_row("presets", ", ".join(PRESETS))
    table.add_row("configuration", f"{config.digest}: {config!r}")
    table.add_row("compiled code", f"{cache_folder()} ({'filled' if is_compiled() else 'empty'})")
    return table


def _formats(config: Config) -> Table:
    table = _table("signal", "format", "least", "greatest")
    for name, word in vars(config.formats).items():
        if isinstance(word, Format):
            table.add_row(name, str(word), f"{word.real(word.low):g}", f"{word.real(word.high):.10g}")
    return table


def _memory(config: Config) -> Table:
    table = _table("memory", "bits")
    memories = memory_bits(config)
    for name, bits in {**memories, "all": sum(memories.values())}.items():
        table.add_row(name, f"{bits}")
    return table


def _registers(parameters: Parameters | None) -> Table:
    columns = ["no.", "register", "bits", "reset", "meaning"]
    table = _table(*columns, *([] if parameters is None else ["value"]))
    for register in REGISTERS:
        number, reset = str(register.number), "-" if register.reset is None else str(register.reset)
        row = [number, register.name, f"{'s' if register.signed else 'u'}{register.bits}", reset]
        table.add_row(*row, register.meaning, *_value(register, parameters))
    return table


def _value(register: Register, parameters: Parameters | None) -> list[str]:
    return [] if parameters is None else [str(getattr(parameters.registers, register.name))]


def _table(*columns: str) -> Table:
    table = Table(*columns, box=None, show_header=any(columns), pad_edge=False, header_style="bold")
    for column in table.columns[:-1]:
        column.no_wrap = True
    return table
