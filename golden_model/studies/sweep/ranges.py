"""Registers for narrow traces: without them, narrow traces saturate after a few spikes."""

import dataclasses
from collections.abc import Collection
from typing import Any

from golden_model.network.config import Config
from golden_model.network.scaling import TRACE_RADIX, align, regularization_shift
from golden_model.training.experiment import Setting

INTEGER_BITS = 9  # traces of fewer bits have no fraction below the published integer part


def keeping_range(setting: Setting, given: Collection[str] = ()) -> Setting:
    """Return a setting whose narrow traces count as many spikes as wide ones, as far as they can.

    Where a trace has fewer than nine bits, a spike is worth as many bits less as are missing, at least 1:
    traces lose precision instead of range. `regul_f0` is lowered to what a trace can hold. Registers that
    are `given` stay.
    """
    config, registers = setting.config, setting.parameters.registers
    changes = {name: _radix(config, name, getattr(registers, name)) for name in TRACE_RADIX}
    most = align(config.formats.trace_rec.high, regularization_shift(config))
    changes["regul_f0"] = min(registers.regul_f0, most)
    free: dict[str, Any] = {name: value for name, value in changes.items() if name not in given}
    return dataclasses.replace(setting, parameters=setting.parameters.replace(**free))


def _radix(config: Config, name: str, radix: int) -> int:
    missing: int = max(INTEGER_BITS - getattr(config, TRACE_RADIX[name]), 0)
    return max(radix - missing, 0)
