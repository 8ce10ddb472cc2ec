"""The register map of the core, as data, and the register values of one network."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from golden_model.network.checks import meant
from golden_model.network.formats import Format
from golden_model.network.names import closest


@dataclass(frozen=True)
class Register:
    """One register of the map: SPI number, name, width, sign, value after reset (None: it has none), meaning.

    The number of alpha_conf is the first of four, which hold 32 bits each. `bits` is the width in the
    published map, `extended_bits` the one that networks beyond the published sizes need (0: the same).
    """

    number: int
    name: str
    bits: int
    signed: bool
    reset: int | None
    meaning: str
    extended_bits: int = 0

    @property
    def low(self) -> int:
        """The least value."""
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value, of the extended width."""
        return self.low + (1 << (self.extended_bits or self.bits)) - 1

    @property
    def default(self) -> int | None:
        """Value where none is given; None for alpha_conf, which then follows from the leaks."""
        if self.name == "alpha_conf":
            return None
        return SOURCE_SEEDS.get(self.name, 0) if self.reset is None else self.reset


REGISTERS: tuple[Register, ...] = tuple(
    Register(*row)
    for row in (
        (0, "en_conf", 1, False, 1, "ask the core to freeze for configuration"),
        (1, "ro_stage_sel", 9, False, None, "clock generator, unused"),
        (2, "get_clkint_out", 1, False, 0, "unused"),
        (3, "get_tar_req_out", 1, False, 1, "show the target request on MISO"),
        (8, "rst_mode", 1, False, 0, "a spike resets the membrane to zero (1) or by subtraction (0)"),
        (9, "do_eprop", 3, False, 7, "plasticity of input, recurrent, output weights (bits 0, 1, 2)"),
        (10, "local_tick", 1, False, 0, "ticks are generated inside, every cycles_per_tick"),
        (11, "error_halt", 1, False, 1, "a timing error halts the core"),
        (12, "fp_loc_winp", 3, False, 0, "left shift of input weights"),
        (13, "fp_loc_wrec", 3, False, 0, "left shift of recurrent weights"),
        (14, "fp_loc_wout", 3, False, 0, "left shift of output weights"),
        (15, "fp_loc_tinp", 3, False, 0, "radix point of input traces"),
        (16, "fp_loc_trec", 3, False, 0, "radix point of recurrent traces"),
        (17, "fp_loc_tout", 3, False, 0, "radix point of output traces"),
        (18, "learn_sig_scale", 4, False, 0, "left shift of the learning signal"),
        (19, "regul_mode", 3, False, 0, "multiplicative, additive, at all time steps (bits 0, 1, 2)"),
        (20, "regul_w", 2, False, 0, "regularize input, recurrent weights (bits 0, 1)"),
        (21, "en_stoch_round", 1, False, 0, "stochastic rounding of potentials and traces"),
        (22, "sram_speedmode", 8, False, 0, "unused"),
        (23, "timing_mode", 1, False, 0, "meaning of TIMING_ERROR_RDY"),
        (25, "regression", 1, False, 0, "regression (1) or classification (0)"),
        (26, "single_label", 1, False, 1, "one label per sample"),
        (27, "no_out_act", 1, False, 0, "output activation off"),
        (30, "send_per_timestep", 1, False, 0, "output at every time step"),
        (31, "send_label_only", 1, False, 1, "send the label, not the potentials"),
        (32, "noise_en", 1, False, 0, "membrane noise"),
        (33, "force_traces", 1, False, 0, "compute traces even where plasticity is off"),
        (64, "cycles_per_tick", 32, False, None, "local tick period in clock cycles"),
        (
            65,
            "alpha_conf",
            128,
            False,
            0,
            "bit p: the top four bits of alpha of pair p are 1000 (1) or 0111 (0)",
            512,
        ),
        (69, "kappa", 8, False, 0x7A, "readout leak, u1.7"),
        (70, "thr_h_0", 16, True, None, "border 0 of the pseudo-derivative"),
        (71, "thr_h_1", 16, True, None, "border 1 of the pseudo-derivative"),
        (72, "thr_h_2", 16, True, None, "border 2 of the pseudo-derivative"),
        (73, "thr_h_3", 16, True, None, "border 3 of the pseudo-derivative"),
        (74, "h_0", 5, True, None, "pseudo-derivative below border 0"),
        (75, "h_1", 5, True, None, "pseudo-derivative below border 1"),
        (76, "h_2", 5, True, None, "pseudo-derivative below border 2"),
        (77, "h_3", 5, True, None, "pseudo-derivative below border 3"),
        (78, "h_4", 5, True, None, "pseudo-derivative elsewhere"),
        (79, "lr_r_winp", 5, False, None, "update probability of input weights, right shift"),
        (80, "lr_p_winp", 5, False, None, "update probability of input weights, left shift"),
        (81, "lr_r_wrec", 5, False, None, "update probability of recurrent weights, right shift"),
        (82, "lr_p_wrec", 5, False, None, "update probability of recurrent weights, left shift"),
        (83, "lr_r_wout", 5, False, None, "update probability of output weights, right shift"),
        (84, "lr_p_wout", 5, False, None, "update probability of output weights, left shift"),
        (85, "seed_inp", 25, False, None, "source of input weight updates"),
        (86, "seed_rec", 25, False, None, "source of recurrent weight updates"),
        (87, "seed_out", 22, False, None, "source of output weight updates"),
        (88, "seed_strnd_neur", 30, False, None, "sources of membrane rounding (even neuron low, odd high)"),
        (89, "seed_strnd_oneur", 15, False, None, "source of readout rounding"),
        (90, "seed_strnd_tinp", 30, False, None, "sources of input trace rounding (even low, odd high)"),
        (91, "seed_strnd_trec", 30, False, None, "sources of recurrent trace rounding (even low, odd high)"),
        (92, "seed_strnd_tout", 30, False, None, "sources of output trace rounding (even low, odd high)"),
        (93, "seed_noise_neur", 17, False, None, "source of membrane noise"),
        (94, "num_inp_neur", 8, False, 255, "enabled input lines minus one", 10),
        (95, "num_rec_neur", 8, False, 255, "enabled recurrent neurons minus one", 10),
        (96, "num_out_neur", 4, False, 15, "enabled readouts minus one", 6),
        (98, "regul_f0", 12, False, None, "trace level above which regularization starts"),
        (99, "regul_k_inp_r", 5, False, None, "additive regularization of input weights, right shift"),
        (100, "regul_k_inp_p", 5, False, None, "additive regularization of input weights, left shift"),
        (101, "regul_k_rec_r", 5, False, None, "additive regularization of recurrent weights, right shift"),
        (102, "regul_k_rec_p", 5, False, None, "additive regularization of recurrent weights, left shift"),
        (103, "regul_k_mul", 5, False, None, "multiplicative regularization, right shift"),
        (104, "noise_str", 4, False, None, "noise right shift"),
    )
)
# Read only, at numbers that the published map leaves free: name, number, bits, meaning.
STATUS: tuple[tuple[str, int, int, str], ...] = (
    ("config_hash_low", 192, 32, "low half of the digest of the configuration"),
    ("config_hash_high", 193, 32, "high half of it"),
    ("dropped_events", 194, 16, "events of lines that do not exist"),
    ("saturations", 195, 16, "words of membrane potentials of which one saturated"),
    ("refused_accesses", 196, 16, "SPI frames refused since they came at a wrong time or to no memory"),
    ("timing_errors", 197, 16, "ticks that came too early"),
)
BY_NAME: Mapping[str, Register] = {register.name: register for register in REGISTERS}
FRACTION_BITS = {"kappa": 7, "thr_h_0": 11, "thr_h_1": 11, "thr_h_2": 11, "thr_h_3": 11}
SIZES = {"n_in": "num_inp_neur", "n_rec": "num_rec_neur", "n_out": "num_out_neur"}


def _pair(even: int, odd: int) -> int:
    return odd << 15 | even


SOURCE_SEEDS: Mapping[str, int] = {
    "seed_inp": 0x1,
    "seed_rec": 0x0424242,
    "seed_out": 0x1,
    "seed_strnd_neur": _pair(even=0x1234, odd=0x70F0),
    "seed_strnd_oneur": 0x7ABA,
    "seed_strnd_tinp": _pair(even=0x1348, odd=0x7FCF),
    "seed_strnd_trec": _pair(even=0x4321, odd=0x7BEA),
    "seed_strnd_tout": _pair(even=0x3FF3, odd=0x7EF0),
    "seed_noise_neur": 0x1F0F1,
}


class Registers:
    """Values of all registers of one network; immutable, one attribute per register.

    Parameters
    ----------
    **values : int
        Registers by the names of `REGISTERS`; the others take `Register.default`. Any integer type and
        bool will do; alpha_conf may be a hexadecimal string, or None: then it follows from the leaks.

    Raises
    ------
    ValueError
        For an unknown name, a value outside its register, or an odd number of recurrent neurons, whose
        last pair would have a ghost partner.
    """

    __signature__ = Signature(
        [Parameter(register.name, Parameter.KEYWORD_ONLY, default=register.default) for register in REGISTERS]
    )
    alpha_conf: int | None

    def __init__(self, /, **values: Any) -> None:
        for name in values:
            if name not in BY_NAME:
                raise ValueError(f"unknown register {name!r}{closest(name, BY_NAME)}")
        for register in REGISTERS:
            value = values.get(register.name, register.default)
            self.__dict__[register.name] = _checked(register, value)
        if self.n_rec % 2:
            raise ValueError(f"n_rec = {self.n_rec} is odd, the number of recurrent neurons must be even")

    @classmethod
    def for_network(cls, *, n_in: int, n_rec: int, n_out: int, **values: Any) -> Self:
        """Return the registers of a network of n_in (1..1024), n_rec (2..1024, even), n_out (1..64)."""
        for name, size in (("n_in", n_in), ("n_rec", n_rec), ("n_out", n_out)):
            register = BY_NAME[SIZES[name]]
            if register.name in values:
                raise ValueError(f"{register.name} is given by {name}, give only one of them")
            number = _integer(name, size)
            if not 1 <= number <= register.high + 1:
                raise ValueError(
                    f"{name} = {number} is outside {2 if name == 'n_rec' else 1}..{register.high + 1}"
                )
            values[register.name] = number - 1
        return cls(**values)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some registers changed, checked like a new one."""
        return type(self)(**{**self.to_dict(), **changes})

    def to_dict(self) -> dict[str, int | None]:
        """Return all values by name, in the order of the map."""
        return dict(self.__dict__)

    def non_default(self) -> dict[str, int | None]:
        """Return the values that differ from the defaults, by name."""
        return {name: value for name, value in self.__dict__.items() if value != BY_NAME[name].default}

    @property
    def n_in(self) -> int:
        """Enabled input lines."""
        return self.num_inp_neur + 1

    @property
    def n_rec(self) -> int:
        """Enabled recurrent neurons."""
        return self.num_rec_neur + 1

    @property
    def n_out(self) -> int:
        """Enabled readouts."""
        return self.num_out_neur + 1

    def __repr__(self) -> str:
        return f"Registers({', '.join(f'{name}={value}' for name, value in self.non_default().items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Registers) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"registers are immutable, use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"registers are immutable, {name} cannot be deleted")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> int: ...


def _checked(register: Register, value: object) -> int | None:
    if value is None and register.default is None:
        return None
    number = _integer(register.name, value)
    if not register.low <= number <= register.high:
        if register.bits > 32:
            raise ValueError(f"{register.name} = {number:#x} is outside 0..2^{register.extended_bits} - 1")
        raise ValueError(f"{register.name} = {number} is outside {register.low}..{register.high}")
    return number


def _integer(name: str, value: object) -> int:
    try:
        if name == "alpha_conf" and isinstance(value, str):
            return int(value, 16)
        return operator.index(bool(value) if isinstance(value, np.bool_) else value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r} is not an integer{_meant(name, value)}") from None


def _meant(name: str, value: object) -> str:
    """Return what a real number is in the format of a register that has fraction bits."""
    if name not in FRACTION_BITS:
        return ""
    register = BY_NAME[name]
    return meant(value, Format(register.bits, FRACTION_BITS[name], register.signed))
