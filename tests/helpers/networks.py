"""Networks for tests: the same registers and state for the model and its naive twin; a small task."""

from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np

from golden_model.core.compiled import word
from golden_model.core.wheel import Wheel
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS, Registers
from golden_model.samples.samples import Sample
from tests.twins.lfsr import Source
from tests.twins.network import Twin
from tests.twins.widths import Widths

NOT_FREE = {"alpha_conf", "num_inp_neur", "num_rec_neur", "num_out_neur"}
# A task of 40 ticks, by the settings of the command.
SMALL = (
    "delay=0",
    "n_cues=1",
    "gap=0",
    "cue=20",
    "recall=20",
    "lines_per_group=2",
    "task.n_rec=8",
    "rate=300",
)
N_TICKS = 12  # of any_sample
SIZES = [(5, 18, 3), (40, 32, 2), (3, 2, 1), (7, 4, 16), (2, 50, 5), (1, 2, 20)]


def any_parameters(rng: np.random.Generator, sizes: tuple[int, int, int], **fixed: int) -> Parameters:
    """Return a network with every register anywhere in its range, except those that are fixed."""
    values = {
        register.name: int(rng.integers(register.low, register.high, endpoint=True))
        for register in REGISTERS
        if register.name not in NOT_FREE
    }
    n_in, n_rec, n_out = sizes
    registers = Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out, **{**values, **fixed})
    n_pairs = (max(sizes) + 1) // 2
    alpha = np.where(rng.random(n_pairs) < 0.2, 0x8000, rng.integers(0x7000, 0x9000, n_pairs))
    return Parameters(registers, alpha, rng.integers(-(2**15), 2**15, n_pairs))


def small_weights(rng: np.random.Generator, parameters: Parameters, bits: int = 8) -> tuple[np.ndarray, ...]:
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    half = 2 ** (bits - 1)
    return tuple(
        rng.integers(-half, half, shape) for shape in ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out))
    )


def any_sample(rng: np.random.Generator, parameters: Parameters, start: int = 3) -> Sample:
    raster = rng.random((N_TICKS, parameters.n_in)) < 0.2
    if parameters.registers.regression:
        targets = rng.integers(-(2**15), 2**15, (N_TICKS, parameters.n_out))
        return Sample.from_raster(raster, targets=targets, target_start=start)
    return Sample.from_raster(raster, label=int(rng.integers(parameters.n_out)), target_start=start)


def twin_of(parameters: Parameters, config: Config | None = None) -> Twin:
    """Return the naive twin of a network, at rest and with all plasticity that its registers turn on."""
    registers: dict[str, Any] = parameters.registers.to_dict()
    widths = Widths(**{field.name: getattr(config or Config(), field.name) for field in fields(Widths)})
    twin = Twin(registers, parameters.alpha.tolist(), parameters.threshold.tolist(), widths)
    twin.clear(parameters.registers.do_eprop)
    return twin


def packed(source: Source) -> int:
    """Return the state of a twin's source as one integer, the oldest element lowest."""
    return sum(bit << n for n, bit in enumerate(source.elements))


def goes_on_like(wheel: Wheel, source: Source, bits: int) -> bool:
    """Tell whether the next words of a wheel are those of a twin's source; neither is advanced."""
    circle = wheel.words[wheel.place[0], : wheel.length]
    words = circle[(wheel.place[1] + np.arange(6)) % wheel.length].tolist()
    twin = deepcopy(source)
    return words == [twin.draw(bits) for _ in range(6)]


def spread(rng: np.random.Generator, bits: int, shape: int | tuple[int, ...]) -> Int64Array:
    """Return signed numbers of at most `bits` bits, small and large ones alike often, with both extremes."""
    magnitude = rng.integers(0, 2 ** rng.integers(1, bits, shape), endpoint=True)
    return np.clip(magnitude * rng.choice([-1, 1], shape), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def both(model: Any, twin: list[int], values: Int64Array) -> None:
    """Give the first elements of a state of the model and of its twin the same values."""
    model[: len(values)] = values.astype(word)
    twin[: len(values)] = values.tolist()
