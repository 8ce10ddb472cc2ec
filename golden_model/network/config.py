"""The static configuration: sizes and widths that are fixed when a circuit is generated."""

import hashlib
import os
from functools import cached_property
from inspect import Parameter, Signature
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from golden_model.console.limits import integer
from golden_model.files.files import read_table, write_toml
from golden_model.network.formats import Formats
from golden_model.network.names import closest

SIZES = ("n_in", "n_rec", "n_out")
PRESETS: dict[str, dict[str, Any]] = {"reckon": {}, "navigation": {"n_in": 40, "n_rec": 100, "n_out": 2}}


class _Checked(BaseModel):
    """A frozen model whose errors are one sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Show fields, types and defaults in help, without the ranges, which are told in words."""
        fields = cls.model_fields.items()
        cls.__signature__ = Signature(
            [
                Parameter(name, Parameter.KEYWORD_ONLY, default=field.default, annotation=field.annotation)
                for name, field in fields
            ]
        )

    @field_validator("*", mode="before")
    @classmethod
    def _any_integer(cls, value: object, info: ValidationInfo) -> object:
        name = str(info.field_name)
        return integer(name, value) if cls.model_fields[name].annotation is int else value

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ValueError(_sentence(type(self), error.errors()[0])) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a configuration is immutable, use replace({name}=...)")


class Config(_Checked):
    """Static sizes, widths and rounding modes of a core; immutable.

    Parameters
    ----------
    n_in, n_rec, n_out : int
        Most input lines (1..1024), recurrent neurons (2..1024, even) and readouts (1..64) that a
        network may use; they never change a result.
    weight_bits : int
        Width B of a weight, s(B) (2..16).
    membrane_bits : int
        Width M of membrane, readout, threshold, error and learning signal, s(M) with M-5 fraction
        bits (8..24).
    trace_in_bits, trace_rec_bits, trace_out_bits : int
        Width T of the eligibility traces, u(T) (4..16).
    alpha_frac_bits, kappa_frac_bits : int
        Fraction bits of the membrane leak (7..20) and of the readout leak (4..15).
    surrogate_bits : int
        Width S of the pseudo-derivative, s(S) (2..8).
    state_rounding : {"floor", "nearest", "stochastic"}
        What the register `en_stoch_round` turns on.
    update_rounding : {"truncate", "nearest", "stochastic"}
        How a weight change becomes whole weight steps.
    shadow_bits : int
        Bits kept below a weight's least significant one (0..16).
    errata : bool
        Reproduce the published circuit: its overflow erratum E1, and rounding up a fraction that equals its
        draw. Without, changes saturate and a fraction has to exceed its draw.

    Raises
    ------
    ValueError
        For an unknown name or a value outside its range.
    """

    n_in: int = Field(default=256, ge=1, le=1024)
    n_rec: int = Field(default=256, ge=2, le=1024, multiple_of=2)
    n_out: int = Field(default=16, ge=1, le=64)
    weight_bits: int = Field(default=8, ge=2, le=16)
    membrane_bits: int = Field(default=16, ge=8, le=24)
    trace_in_bits: int = Field(default=12, ge=4, le=16)
    trace_rec_bits: int = Field(default=12, ge=4, le=16)
    trace_out_bits: int = Field(default=10, ge=4, le=16)
    alpha_frac_bits: int = Field(default=15, ge=7, le=20)
    kappa_frac_bits: int = Field(default=7, ge=4, le=15)
    surrogate_bits: int = Field(default=5, ge=2, le=8)
    state_rounding: Literal["floor", "nearest", "stochastic"] = "stochastic"
    update_rounding: Literal["truncate", "nearest", "stochastic"] = "stochastic"
    shadow_bits: int = Field(default=0, ge=0, le=16)
    errata: bool = Field(default=True, strict=True)

    @classmethod
    def preset(cls, name: str) -> Self:
        """Return a named configuration: `reckon` (256/256/16) or `navigation` (40/100/2)."""
        if not isinstance(name, str) or name not in PRESETS:
            raise ValueError(f"preset {name!r} is not one of {', '.join(PRESETS)}")
        return cls(**PRESETS[name])

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """Read the table [config] of a TOML file; ValueError names the file and what is wrong in it."""
        table = read_table(path, "config")
        try:
            return cls(**table)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    def to_toml(self, path: str | os.PathLike[str]) -> None:
        """Write the table [config] of a TOML file, keeping the other of an existing network file.

        Raises
        ------
        ValueError
            If the file exists and does not describe a network.
        OSError
            If it cannot be read or written.
        """
        write_toml(path, {"config": self.model_dump()})

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked like a new one."""
        return type(self)(**{**self.model_dump(), **changes})

    @cached_property
    def formats(self) -> Formats:
        """The formats of all signals, parameters and products."""
        return Formats(self)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of all fields; equal for equal configurations."""
        content = "\n".join(f"{name}={value}" for name, value in sorted(self.model_dump().items()))
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def _sentence(model: type[BaseModel], error: ErrorDetails) -> str:
    """Say what pydantic found wrong in one sentence: the value and what would be legal."""
    name, value = str(error["loc"][0]), error["input"]
    if error["type"] == "extra_forbidden":
        return f"unknown configuration field {name!r}{closest(name, model.model_fields)}"
    if error["type"] == "literal_error":
        return f"{name} = {value!r} is not one of {error['ctx']['expected'].replace(' or ', ', ')}"
    if error["type"] == "multiple_of":
        return f"{name} = {value} is not even, a legal value is an even number in {_range(model, name)}"
    if error["type"] in ("greater_than_equal", "less_than_equal"):
        return f"{name} = {value} is outside {_range(model, name)}"
    return f"{name} = {value!r} is not {'True or False' if name == 'errata' else 'an integer'}"


def _range(model: type[BaseModel], name: str) -> str:
    """Return the legal range of a field, such as 2..16, from its declaration."""
    metadata = model.model_fields[name].metadata
    (low,) = (item.ge for item in metadata if hasattr(item, "ge"))
    (high,) = (item.le for item in metadata if hasattr(item, "le"))
    return f"{low}..{high}"
