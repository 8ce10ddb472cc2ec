"""How fast the core is at other widths, as a ratio to the published ones."""

from functools import partial
from statistics import median
from typing import Any

import numpy as np

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.tasks import TaskData
from tests.bench.timing import Section, interleaved

ROUNDS = 7
SAMPLES = 6  # of a round

MOST = {
    "membrane_bits": 24, "trace_in_bits": 16, "trace_rec_bits": 16, "trace_out_bits": 16,
    "alpha_frac_bits": 20, "kappa_frac_bits": 15, "surrogate_bits": 8,
}  # fmt: skip
WIDTHS: dict[str, dict[str, Any]] = {
    "published": {},
    "weights of 4 bits": {"weight_bits": 4},
    "weights of 4 bits, 4 shadow bits": {"weight_bits": 4, "shadow_bits": 4},
    "weights of 12 bits": {"weight_bits": 12},
    "weights of 16 bits": {"weight_bits": 16},
    "8 shadow bits": {"shadow_bits": 8},
    "8 shadow bits, nearest": {"shadow_bits": 8, "update_rounding": "nearest"},
    "traces of 6 bits": {"trace_in_bits": 6, "trace_rec_bits": 6},
    "traces of 14 bits": {"trace_in_bits": 14, "trace_rec_bits": 14},
    "membrane of 20, leak of 18 bits": {"membrane_bits": 20, "alpha_frac_bits": 18},
    "rounded to nearest": {"state_rounding": "nearest", "update_rounding": "nearest"},
    "all but weights at their most": MOST,
    "all at their most": {**MOST, "weight_bits": 16, "shadow_bits": 16},
}


def widths(data: TaskData) -> list[Section]:
    """Compare the same samples at other widths, by training and by inference."""
    cores = {name: core_at(data, fields) for name, fields in WIDTHS.items()}

    def run(core: Core, number: int, *, learn: bool) -> None:
        for sample in data.train[number * SAMPLES : (number + 1) * SAMPLES]:
            core.run(sample, learn)

    for core in cores.values():
        run(core, 0, learn=True)  # compiles
    kinds = {"train": True, "test": False}
    actions = {
        f"{name} {kind}": partial(run, core, learn=learn)
        for name, core in cores.items()
        for kind, learn in kinds.items()
    }
    seconds = interleaved(actions, ROUNDS)
    rows: list[tuple[str | float, ...]] = []
    for name, core in cores.items():
        figures: list[float] = []
        for kind in kinds:
            ours, published = seconds[f"{name} {kind}"], seconds[f"published {kind}"]
            speed = median(one / other for one, other in zip(published, ours, strict=True))
            figures += [median(ours) / SAMPLES * 1e3, speed]
        rows.append((name, Formats(core.config).product_bits, *figures))
    columns = ("", "word, bits", "training, ms", "relative speed", "inference, ms", "relative speed of it")
    return [Section("Other widths, cue accumulation", columns, rows)]


def core_at(data: TaskData, fields: dict[str, Any]) -> Core:
    """Return the network of a task at other widths, its weights brought to theirs."""
    config = Config(**fields)
    core = Core(config, data.parameters)
    scale = 2.0 ** (config.weight_bits - 8)
    core.load_weights(*(np.floor(array * scale).astype(np.int64) for array in data.weights))
    return core
