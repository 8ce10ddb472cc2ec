"""The registers of the core, from the golden model's map."""

from collections.abc import Collection
from typing import Any

from amaranth.hdl import Cat, Elaboratable, Module, Mux, Shape, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from golden_model.network.pairs import pairs_of
from golden_model.network.registers import REGISTERS, SIZES, Register
from golden_model.network.scaling import kappa_at

UNUSED = ("ro_stage_sel", "get_clkint_out", "sram_speedmode")
OF_PINS = ("get_tar_req_out", "local_tick", "error_halt", "timing_mode", "cycles_per_tick")
OF_CORE = tuple(entry.name for entry in REGISTERS if entry.name not in (*UNUSED, *OF_PINS))
LARGEST = {name: size for size, name in SIZES.items()}  # the size that a register counts
CONF_WORDS = 4  # of alpha_conf, that follow its number; more start at EXTENDED_CONF
EXTENDED_CONF = 256
BUS_BITS = 32
SEED = "seed_"


def register_shapes(config: Config, names: Collection[str] = OF_CORE) -> dict[str, Shape]:
    """Return the shapes of some registers; those with a width of the Config are in its units."""
    formats = config.formats
    scaled = {f"thr_h_{n}": signed(formats.membrane.bits) for n in range(4)}
    scaled |= {f"h_{n}": signed(formats.pseudo_derivative.bits) for n in range(5)}
    scaled |= {"kappa": unsigned(formats.kappa.bits), "regul_f0": unsigned(formats.trace_rec.bits)}
    scaled |= {"alpha_conf": unsigned(max(pairs(config), CONF_WORDS * BUS_BITS))}
    return {entry.name: scaled.get(entry.name, _shape(entry)) for entry in REGISTERS if entry.name in names}


def pairs(config: Config) -> int:
    """Return the number of pairs of the largest network of a configuration."""
    return pairs_of(config.n_in, config.n_rec, config.n_out)


def reset_value(config: Config, entry: Register) -> int:
    """Return the value of a register after reset."""
    value = entry.default or 0
    if entry.name == "kappa":
        return kappa_at(config, value)
    return min(value, last_of(config, entry.name)) if entry.name in LARGEST else value


def last_of(config: Config, name: str) -> int:
    """Return the greatest value of the register of a size: as much as there is, minus one."""
    most: int = getattr(config, LARGEST[name])
    return most - 1


def _shape(entry: Register) -> Shape:
    return Shape(entry.extended_bits or entry.bits, entry.signed)


class Registers(wiring.Component):
    """The register file: one write port, every register visible.

    Parameters
    ----------
    config : Config
    names : collection of str
        The registers: those of the core, or those of the pins.

    Attributes
    ----------
    latency : int
        Cycles from `write` to the register's new value.
    write, number, data : In
        Write a register; a size beyond what there is becomes the greatest.
    load_seed_* : Out
        The seed register has a new value, which its source has to load.
    one member per register : Out
    """

    latency = 1

    def __init__(self, config: Config, names: Collection[str] = OF_CORE) -> None:
        self.config, self.shapes = config, register_shapes(config, names)
        members: dict[str, Any] = {"write": In(1), "number": In(9), "data": In(BUS_BITS)}
        for entry in REGISTERS:
            if entry.name in self.shapes:
                members[entry.name] = Out(self.shapes[entry.name], init=reset_value(config, entry))
                if entry.name.startswith(SEED):
                    members[f"load_{entry.name}"] = Out(1)
        super().__init__(members)

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        for entry in REGISTERS:
            if entry.name == "alpha_conf" and entry.name in self.shapes:
                self._alpha_conf(m, entry.number)
            elif entry.name in self.shapes:
                self._register(m, entry)
        return m

    def _register(self, m: Module, entry: Register) -> None:
        chosen = self.write & (self.number == entry.number)
        register: Signal = getattr(self, entry.name)
        data = self.data[: len(register)]
        if entry.name in LARGEST:  # walks through words and readouts end where their last one is
            last = last_of(self.config, entry.name)
            data = Mux(data > last, last, data)
        with m.If(chosen):
            m.d.sync += register.eq(data)
        if entry.name.startswith(SEED):
            m.d.sync += getattr(self, f"load_{entry.name}").eq(chosen)

    def _alpha_conf(self, m: Module, first: int) -> None:
        words = -(-len(self.alpha_conf) // BUS_BITS)
        for word in range(words):
            number = first + word if word < CONF_WORDS else EXTENDED_CONF + word
            part = self.alpha_conf[word * BUS_BITS : (word + 1) * BUS_BITS]
            with m.If(self.write & (self.number == number)):
                m.d.sync += Cat(part).eq(self.data)
