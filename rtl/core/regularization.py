"""The regularization of rates as circuits: what is left of changes of the weights onto a neuron.

Rules and names are those of golden_model/core/learning.py.
"""

from amaranth.hdl import Module, Mux, Signal, Value, unsigned

from golden_model.core.learning import FULL
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.scaling import reduction_shift, regularization_shift
from rtl.core.arithmetic import align
from rtl.core.registers import Registers

REDUCTION_BITS = 32  # of an additive regularization in published units, which wraps there


def published(config: Config, regularization: Value) -> Value:
    """Return a regularization in published units."""
    return align(regularization, regularization_shift(config))


def multiplier(registers: Registers, published: Value) -> Value:
    """Return the sixteenths that multiplicative regularization leaves of a positive change."""
    reduced = published >> registers.regul_k_mul
    multiplicative = registers.regul_mode[0] & (registers.regul_w != 0)
    return Mux(multiplicative, Mux(reduced > FULL, 0, FULL - reduced), FULL)


def reduction_bits(config: Config, kind: str) -> int:
    """Return the width of an additive regularization at the scale of a product."""
    return REDUCTION_BITS + max(_shift(config, kind), 0)


def reduction(m: Module, config: Config, registers: Registers, published: Value, kind: str) -> Value:
    """Return what additive regularization takes from the changes of an array."""
    register, bit = ("regul_k_inp", 0) if kind == "in" else ("regul_k_rec", 1)
    left, right = (getattr(registers, f"{register}_{way}") for way in "pr")
    # A signal of its own width: what is shifted out above is lost.
    shifted = Signal(unsigned(REDUCTION_BITS), name=f"shifted_{kind}")
    m.d.comb += shifted.eq(published << left)
    active = registers.regul_mode[1] & registers.regul_w[bit]
    return Mux(active, align(shifted >> right, _shift(config, kind)), 0)


def _shift(config: Config, kind: str) -> int:
    trace: Format = getattr(config.formats, f"trace_{kind}")
    return reduction_shift(config, trace)
