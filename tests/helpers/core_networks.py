"""Networks that make a core do all it can, at published widths, and what it showed of them."""

import os
import pickle
from functools import cache
from itertools import groupby

import pytest
from filelock import FileLock

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME, REGISTERS, Registers
from golden_model.recordings.recorder import record
from golden_model.samples.samples import Sample
from rtl import LANES
from rtl.core.cycles import cycles
from tests.helpers.elements import Elements, Key
from tests.helpers.simulated import FOLDER, Seen, simulate
from tests.widths.networks import WidthSet, events_of, leaks_of, registers_of, targets_of, weights_of

# Lanes of the circuits that run them; two of the five are left to `make thorough`.
SIMULATED = [pytest.param(lanes, marks=[] if lanes in (1, 4, 16) else [pytest.mark.long]) for lanes in LANES]
CONFIG = Config(n_in=40, n_rec=40, n_out=20)
RUN = {"n_samples": 2, "n_ticks": 14, "target_start": 4}
STILL = {"h_0": 0, "h_1": 0, "h_3": 0, "thr_h_2": 80}  # many neurons have no pseudo-derivative
REGULAR = {"regul_mode": 3, "regul_f0": 10}
SIZED = ("num_inp_neur", "num_rec_neur", "num_out_neur")
LOWEST = {register.name: register.low for register in REGISTERS if register.name not in SIZED}
HIGHEST = {name: low + (1 << BY_NAME[name].bits) - 1 for name, low in LOWEST.items()}
# Every draw is 0, and so is every probability: they are equal.
LEARNS = {"do_eprop": 7, "noise_en": 1, "alpha_conf": None, "lr_r_winp": 31, "lr_r_wrec": 31, "lr_r_wout": 31}
# Traces and potentials that die out, and for output weights the same as above.
DYING = {
    "fp_loc_winp": 0, "fp_loc_wrec": 0, "fp_loc_tinp": 0, "fp_loc_trec": 1, "fp_loc_tout": 0, "kappa": 64,
    "seed_out": 0, "lr_r_wout": 31,
}  # fmt: skip
# Sums and products at the ends of their ranges.
HUGE = {
    "fp_loc_winp": 7, "fp_loc_wrec": 7, "fp_loc_wout": 7, "fp_loc_tinp": 7, "fp_loc_trec": 7,
    "fp_loc_tout": 7, "kappa": 0xB5, "learn_sig_scale": 12, "noise_en": 1, "noise_str": 0, "h_1": 15,
    "h_3": -16, "h_4": 15, "regression": 1, "no_out_act": 1, "regul_mode": 3, "regul_f0": 2,
    "regul_k_inp_p": 28, "regul_k_rec_p": 31,
}  # fmt: skip
NETWORKS = {
    "classification": WidthSet("classification", {}, STILL, (40, 36, 3), **RUN),
    "regression": WidthSet("regression", {}, {"regression": 1, "send_per_timestep": 1}, (5, 18, 17), **RUN),
    "regularized": WidthSet("regularized", {}, {**REGULAR, **STILL}, (11, 40, 2), **RUN),
    "at all steps": WidthSet("at all steps", {}, {"regul_mode": 7, "regul_w": 2}, (23, 34, 4), **RUN),
    "labels at all steps": WidthSet(
        "labels at all steps", {}, {"regul_mode": 6, "single_label": 0, **STILL}, (9, 20, 3), **RUN
    ),
    "labels": WidthSet(
        "labels",
        {},
        {"single_label": 0, "noise_en": 1, "noise_str": 8, "do_eprop": 2, "force_traces": 1},
        (23, 6, 5),
        **RUN,
    ),
    "potentials": WidthSet(
        "potentials", {}, {"send_per_timestep": 1, "send_label_only": 0, "do_eprop": 5}, (8, 18, 1), **RUN
    ),
    "smallest": WidthSet("smallest", {}, {}, (1, 2, 1), **RUN),
    "lowest": WidthSet(
        "lowest",
        {},
        {**LOWEST, **LEARNS},
        (4, 6, 3),
        thresholds=(-(1 << 15), 1 - (1 << 15)),
        leaks=(0x7000, 0x7001),
        **RUN,
    ),
    "highest": WidthSet(
        "highest",
        {},
        HIGHEST,
        (4, 6, 3),
        thresholds=((1 << 15) - 1, 1 << 15),
        leaks=(0x8FFF, 0x9000),
        rate=0.5,
        **RUN,
    ),
    "dying": WidthSet(
        "dying", {}, DYING, (8, 6, 2), 1, 30, 4, thresholds=(20, 60), leaks=(0x7000, 0x7100), rate=0.05
    ),
    "huge": WidthSet("huge", {}, HUGE, (6, 18, 3), leaks=(0x8001, 0x8002), rate=0.3, **RUN),
}


def core_of(name: str) -> Core:
    """Return the golden core of a network."""
    network = NETWORKS[name]
    rng = network.generator()
    registers = Registers(**registers_of(network, rng))
    core = Core(CONFIG, Parameters(registers, *leaks_of(network, rng)))
    core.load_weights(*weights_of(network, rng).values())
    return core


def samples_of(name: str) -> list[Sample]:
    """Return the samples of a network."""
    network = NETWORKS[name]
    rng = network.generator()
    events, (labels, targets) = events_of(network, rng), targets_of(network, rng)
    regression = bool(network.registers.get("regression"))
    return [
        Sample.from_raster(
            raster,
            label=None if regression else int(label),
            targets=target if regression else None,
            target_start=network.target_start,
        )
        for raster, label, target in zip(events, labels, targets, strict=True)
    ]


@cache
def seen(lanes: int) -> dict[str, Seen]:
    """Return what the circuit did with all networks, simulated once in a run of tests by all its workers."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"process-{os.getpid()}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / f"networks-{lanes}.pickle"
    with FileLock(FOLDER / f"networks-{lanes}.lock"):
        if kept.exists():
            of_run, results = pickle.loads(kept.read_bytes())
            if of_run == run:
                return results
        vectors = [record(core_of(name), samples_of(name)) for name in NETWORKS]
        results = dict(zip(NETWORKS, simulate(CONFIG, lanes, vectors, records=True), strict=False))
        kept.write_bytes(pickle.dumps((run, results)))
    return results


Elementwise = dict[tuple[int, int, Key], int]


@cache
def shown(name: str, lanes: int) -> Elementwise:
    """Return every element of every record that the circuit showed, by sample and tick."""
    elements, result = Elements(CONFIG, lanes, core_of(name).parameters), {}
    for sample, tick, *port in seen(lanes)[name].records:
        for key, value in elements.shown(*port):
            assert (sample, tick, key) not in result
            result[sample, tick, key] = value
    return result


@cache
def expected(name: str, lanes: int) -> Elementwise:
    """Return every element that the circuit has to show."""
    core = core_of(name)
    elements, result = Elements(CONFIG, lanes, core.parameters), {}
    for number, sample in enumerate(samples_of(name)):
        for tick, records in groupby(core.records(sample), key=lambda record: record.tick):
            result |= {(number, tick, key): value for key, value in elements.golden(records)}
    return result


@cache
def predicted(name: str, lanes: int) -> dict[str, int]:
    """Return the cycles of all samples by phase, as the model predicts them."""
    core, total = core_of(name), dict[str, int]()
    for sample in samples_of(name):
        for phase, count in cycles(core, sample, lanes, learn=True).items():
            total[phase] = total.get(phase, 0) + count
    return total
