"""What there is to know of a configuration: word formats, memory, the register map."""

from rich.table import Table

import golden_model
from golden_model.console.screen import make_table
from golden_model.files.cache import cache_folder, is_compiled
from golden_model.network.config import PRESETS, Config
from golden_model.network.formats import Format
from golden_model.network.memory import memory_bits
from golden_model.network.network import Network
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS, Register


def describe(network: Network) -> list[Table]:
    """Return tables of the configuration of a network, and of register values where they are known."""
    config = network.config
    return [_about(config), _formats(config), _memory(config), _registers(network.parameters)]


def _about(config: Config) -> Table:
    table = make_table("", "")
    table.add_row("version", golden_model.__version__)
    table.add_row("presets", ", ".join(PRESETS))
    table.add_row("configuration", f"{config.digest}: {config!r}")
    table.add_row("compiled code", f"{cache_folder()} ({'filled' if is_compiled() else 'empty'})")
    return table


def _formats(config: Config) -> Table:
    table = make_table("signal", "format", "least", "greatest")
    for name, word in vars(config.formats).items():
        if isinstance(word, Format):
            table.add_row(name, str(word), f"{word.real(word.low):g}", f"{word.real(word.high):.10g}")
    return table


def _memory(config: Config) -> Table:
    table = make_table("memory", "bits")
    memories = memory_bits(config)
    for name, bits in {**memories, "all": sum(memories.values())}.items():
        table.add_row(name, f"{bits}")
    return table


def _registers(parameters: Parameters | None) -> Table:
    columns = ["no.", "register", "bits", "reset", "meaning"]
    table = make_table(*columns, *([] if parameters is None else ["value"]))
    for register in REGISTERS:
        number, reset = str(register.number), "-" if register.reset is None else str(register.reset)
        row = [number, register.name, f"{'s' if register.signed else 'u'}{register.bits}", reset]
        table.add_row(*row, register.meaning, *_value(register, parameters))
    return table


def _value(register: Register, parameters: Parameters | None) -> list[str]:
    return [] if parameters is None else [str(getattr(parameters.registers, register.name))]
