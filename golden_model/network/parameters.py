"""The parameters of one network: registers, membrane leaks and thresholds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.files.files import read_table, write_toml
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.names import closest
from golden_model.network.pairs import pairs_of, plain, span, spread
from golden_model.network.registers import Registers
from golden_model.network.time_constants import TICK_MS, rounded_leak

Number = TypeVar("Number", np.int64, np.float64)
PUBLISHED = Config.preset("reckon").formats
ALPHA_LOW_BITS = PUBLISHED.alpha.frac - 3
ALPHA_TOPS = (0b0111 << ALPHA_LOW_BITS, 0b1000 << ALPHA_LOW_BITS)
ALPHA_RANGE = (ALPHA_TOPS[0], ALPHA_TOPS[1] + (1 << ALPHA_LOW_BITS) - 1)
THRESHOLD_RANGE = (PUBLISHED.threshold.low, PUBLISHED.threshold.high)


class Parameters:
    """Registers, leaks and thresholds of one network; immutable.

    Parameters
    ----------
    registers : Registers
        An explicit alpha_conf must agree with `alpha`; its bits beyond the last pair are kept.
    alpha : int or array of int, shape [n_pairs] or [ceil(max(n_in, n_rec) / 2)]
        Leak of each pair of neurons, u1.15 (0x7000..0x8FFF); a scalar is the leak of every pair.
        Pairs that only readouts have may be left out: their top bits follow alpha_conf, the rest is 0.
    threshold : int or array of int, shape as for `alpha`
        Firing threshold of each pair, s4.11 (-32768..32767); pairs left out have 0.

    Attributes
    ----------
    registers : Registers
        With alpha_conf as an integer, the top bits of `alpha`.
    alpha, threshold : int64 array [n_pairs], read-only
        One value per pair, n_pairs = ceil(max(n_in, n_rec, n_out) / 2).

    Raises
    ------
    ValueError
        For a wrong shape, a value outside its range, or an alpha_conf that disagrees with `alpha`.
    """

    registers: Registers
    alpha: Int64Array
    threshold: Int64Array

    def __init__(self, registers: Registers, alpha: ArrayLike = 0x7FEF, threshold: ArrayLike = 614) -> None:
        if not isinstance(registers, Registers):
            raise ValueError(f"parameters are made of Registers, not of {type(registers).__name__}")
        n_pairs = pairs_of(registers.n_in, registers.n_rec, registers.n_out)
        least = pairs_of(registers.n_in, registers.n_rec)
        conf = registers.alpha_conf
        tops = np.array([ALPHA_TOPS[(conf or 0) >> pair & 1] for pair in range(n_pairs)])
        zeros = np.zeros(n_pairs, np.int64)
        alphas = spread("alpha", alpha, PUBLISHED.alpha, ALPHA_RANGE, least, tops)
        thresholds = spread("threshold", threshold, PUBLISHED.threshold, THRESHOLD_RANGE, least, zeros)
        if conf is not None:
            _check_alpha_conf(conf, alphas)
        beyond = (conf or 0) >> n_pairs << n_pairs
        self.__dict__["registers"] = registers.replace(alpha_conf=beyond | _alpha_conf(alphas))
        self.__dict__["alpha"] = alphas
        self.__dict__["threshold"] = thresholds

    @classmethod
    def from_time_constants(
        cls,
        registers: Registers,
        tau_ms: ArrayLike,
        dt_ms: float = TICK_MS,
        threshold: ArrayLike = 614,
    ) -> Self:
        """Return parameters whose leaks are exp(-dt / tau), rounded to the nearest u1.15.

        Parameters
        ----------
        registers : Registers
            Its alpha_conf follows from the leaks.
        tau_ms : float or array of float, shape as for `alpha`
            Time constant of each pair in ms, from 7.4889 ticks (the least leak, 0x7000) to 65535 ticks
            (0x7FFF); inf gives a leak of 1.0 (0x8000), which never decays. Leaks above have none.
        dt_ms : float
            Duration of a tick in ms, above 0.
        threshold : int or array of int
            As for `Parameters`.

        Raises
        ------
        ValueError
            For a time constant out of range, or as `Parameters`.
        """
        alpha = rounded_leak(tau_ms, dt_ms, PUBLISHED.alpha, ALPHA_RANGE[0])
        return cls(registers.replace(alpha_conf=None), alpha, threshold)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """Read the table [parameters] of a TOML file; ValueError names the file and what is wrong in it."""
        table = read_table(path, "parameters")
        try:
            return cls.of_table(table)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> Self:
        """Return the parameters whose `table` this is; ValueError says what is wrong in it."""
        keys = ("alpha", "threshold", "registers")
        for name in table:
            if name not in keys:
                raise ValueError(f"unknown key {name!r} in [parameters]{closest(name, keys)}")
        others = dict(table)
        registers = others.pop("registers", None)
        if not isinstance(registers, dict):
            raise ValueError("the table [parameters.registers] is missing")
        return cls(Registers(**registers), **others)

    def replace(
        self,
        *,
        registers: Registers | None = None,
        alpha: ArrayLike | None = None,
        threshold: ArrayLike | None = None,
        **values: Any,
    ) -> Self:
        """Return a copy with some values changed, checked like a new one.

        Parameters
        ----------
        registers : Registers, optional
        alpha, threshold : int or array of int, optional
        **values : int
            Registers by name; alpha_conf follows from `alpha` unless it is one of them.

        Raises
        ------
        ValueError
            As `Parameters` and `Registers`.
        """
        base = self.registers if registers is None else registers
        if base.alpha_conf == _alpha_conf(self.alpha) or (registers is None and alpha is not None):
            values.setdefault("alpha_conf", None)
        return type(self)(
            base.replace(**values),
            plain(self.alpha) if alpha is None else alpha,
            plain(self.threshold) if threshold is None else threshold,
        )

    def to_toml(self, path: str | os.PathLike[str]) -> None:
        """Write the table [parameters] of a TOML file, keeping the other of an existing network file.

        Raises
        ------
        ValueError
            If the file exists and does not describe a network.
        OSError
            If it cannot be read or written.
        """
        write_toml(path, {"parameters": self.table()})

    def table(self) -> dict[str, Any]:
        """Return the content of the table [parameters] of a TOML file."""
        registers: dict[str, int | str | None] = {**self.registers.non_default()}
        registers["alpha_conf"] = f"{self.registers.alpha_conf:#x}"
        if self.registers.alpha_conf == _alpha_conf(self.alpha):
            del registers["alpha_conf"]
        return {"alpha": plain(self.alpha), "threshold": plain(self.threshold), "registers": registers}

    @property
    def n_in(self) -> int:
        """Enabled input lines."""
        return self.registers.n_in

    @property
    def n_rec(self) -> int:
        """Enabled recurrent neurons."""
        return self.registers.n_rec

    @property
    def n_out(self) -> int:
        """Enabled readouts."""
        return self.registers.n_out

    @property
    def n_pairs(self) -> int:
        """Pairs of neurons, ceil(max(n_in, n_rec, n_out) / 2)."""
        return len(self.alpha)

    def _key(self) -> tuple[Registers, bytes, bytes]:
        return self.registers, self.alpha.tobytes(), self.threshold.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<Parameters: {sizes_text(self)}, alpha {span(self.alpha)}, threshold {span(self.threshold)}>"

    def __reduce__(self) -> tuple[type, tuple[Registers, Int64Array, Int64Array]]:
        return type(self), (self.registers, self.alpha, self.threshold)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"parameters are immutable, {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"parameters are immutable, {name} cannot be deleted")


def write_network(path: str | os.PathLike[str], config: Config, parameters: Parameters) -> None:
    """Write configuration and parameters to one TOML file, for Config.from_toml and Parameters.from_toml."""
    write_toml(path, {"config": config.model_dump(), "parameters": parameters.table()})


def sizes_text(parameters: Parameters) -> str:
    """Return the sizes of a network in words."""
    return f"{parameters.n_in} inputs, {parameters.n_rec} neurons, {parameters.n_out} readouts"


def per_neuron(pairs: NDArray[Number], count: int) -> NDArray[Number]:
    """Return values of pairs of neurons as values of the first `count` neurons."""
    return np.repeat(pairs, 2)[:count]


def _alpha_conf(alpha: Int64Array) -> int:
    """Return the register that selects the top four bits of each leak."""
    return sum(1 << pair for pair, value in enumerate(alpha) if value >= ALPHA_TOPS[1])


def _check_alpha_conf(conf: int, alpha: Int64Array) -> None:
    for pair, value in enumerate(alpha):
        top = int(value) >> ALPHA_LOW_BITS << ALPHA_LOW_BITS
        if top != ALPHA_TOPS[conf >> pair & 1]:
            raise ValueError(
                f"alpha_conf bit {pair} = {conf >> pair & 1} disagrees with alpha = {value} of pair {pair}, "
                f"whose top four bits make it {ALPHA_TOPS.index(top)}"
            )
