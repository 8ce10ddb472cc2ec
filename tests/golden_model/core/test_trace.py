"""Eligibility traces: decay and growth of all three kinds against the naive twin."""

import numpy as np
import pytest

from golden_model.core.trace import Trace, decay, grow, look
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, OTHER_WIDTHS, draws_go_on_like, legal_parameters
from tests.helpers.networks import SIZES, both, twin_of
from tests.twins.network import Twin
from tests.twins.propagate import add_to_traces
from tests.twins.step import step as twin_step

CONFIG = Config()
KINDS = ("trace_in", "trace_rec", "trace_out")


def counts(sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    return sizes[0], sizes[1], sizes[1]


def check(traces: tuple[Trace, ...], twin: Twin) -> None:
    for name, trace in zip(KINDS, traces, strict=True):
        assert trace.value.tolist() == getattr(twin, name)[: trace.value.size]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("rounds", [0, 1])
def test_decay(sizes: tuple[int, int, int], rounds: int) -> None:
    rng = np.random.default_rng([*sizes, rounds])
    for kappa in (0, 1, 121, 127, 128, 129, 255):
        check_decay(rng, CONFIG, sizes, en_stoch_round=rounds, kappa=kappa)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_decay_at_other_widths(config: Config) -> None:
    rng = np.random.default_rng(config.alpha_frac_bits)
    for n, kappa in enumerate((0, 1, 121, 127, 128, 129, 255) * 2):
        check_decay(rng, config, SIZES[n % 4], en_stoch_round=int(n < 10), kappa=kappa)


def check_decay(rng: np.random.Generator, config: Config, sizes: tuple[int, int, int], **fixed: int) -> None:
    """Decay random traces of a network and of its twin, and compare them and their draws."""
    parameters = legal_parameters(rng, config, sizes, **fixed)
    traces, twin = blocks_of(config, parameters).traces, twin_of(parameters, config)
    for _ in range(8):
        for trace, name, count in zip(traces, KINDS, counts(sizes), strict=True):
            values = rng.integers(0, 2 ** rng.integers(1, getattr(config, f"{name}_bits") + 1, count))
            both(trace.value, getattr(twin, name), values)
            decay(trace)
        twin_step(twin)
        check(traces, twin)
    for trace, name in zip(traces, KINDS, strict=True):
        assert draws_go_on_like(trace.rounding, getattr(twin.sources, name), trace.frac_bits)


@pytest.mark.parametrize("radix", range(8))
def test_growth_up_to_all_ones(radix: int) -> None:
    shifts = {"fp_loc_tinp": radix, "fp_loc_trec": 7 - radix, "fp_loc_tout": radix}
    parameters = Parameters(Registers.for_network(n_in=2, n_rec=2, n_out=1, **shifts))
    traces, twin = blocks_of(CONFIG, parameters).traces, twin_of(parameters)
    for _ in range(520 >> min(radix, 7 - radix)):
        for trace in traces:
            grow(trace, 1)
        add_to_traces(twin, 1, event=True, spike=True)
        check(traces, twin)
    assert [int(trace.value[1]) for trace in traces] == [4095, 4095, 1023]
    assert [int(trace.value[0]) for trace in traces] == [0, 0, 0]


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_growth_at_any_width(config: Config) -> None:
    """From random traces, with every radix point that the widths have; an event is at most all ones."""
    rng = np.random.default_rng(config.trace_in_bits)
    for _ in range(20):
        parameters = legal_parameters(rng, config, (2, 2, 1), force_traces=1)
        traces, twin = blocks_of(config, parameters).traces, twin_of(parameters, config)
        for trace, name in zip(traces, KINDS, strict=True):
            both(trace.value, getattr(twin, name), rng.integers(0, 1 << trace.bits, 2) >> rng.integers(0, 12))
        for _ in range(6):
            for trace in traces:
                grow(trace, 1)
            add_to_traces(twin, 1, event=True, spike=True)
            check(traces, twin)
            for trace in traces:
                look(trace)
                assert trace.seen.tolist() == (trace.value >> trace.radix).tolist()


@pytest.mark.parametrize(
    ("bits", "radix", "increments"),
    [
        (4, 0, [1, 2, 3]),
        (4, 3, [8, 15, 15]),
        (9, 0, [1, 2, 3]),
        (9, 7, [128, 256, 384]),
        (10, 0, [2, 4, 6]),
        (12, 2, [32, 64, 96]),
        (16, 7, [2**14, 2**15, 2**15 + 2**14]),
    ],
)
def test_growth_by_hand(bits: int, radix: int, increments: list[int]) -> None:
    config = Config(trace_in_bits=bits)
    registers = Registers.for_network(n_in=2, n_rec=2, n_out=1, fp_loc_tinp=radix)
    trace = blocks_of(config, Parameters(registers)).traces[0]
    for value in increments:
        grow(trace, 0)
        assert trace.value.tolist() == [value, 0]


def test_traces_decay_with_the_leak_of_their_own_pair() -> None:
    registers = Registers.for_network(n_in=5, n_rec=2, n_out=1, kappa=64)
    t_in, t_rec, t_out = blocks_of(CONFIG, Parameters(registers, [0x7000, 0x7800, 0x8000])).traces
    for trace in (t_in, t_rec, t_out):
        trace.value[:] = 1000
        decay(trace)
    assert t_in.value.tolist() == [875, 875, 937, 937, 1000]
    assert t_rec.value.tolist() == [875, 875]
    assert t_out.value.tolist() == [500, 500]


@pytest.mark.parametrize("radix", range(8))
def test_update_rule_sees_traces_without_their_fraction(radix: int) -> None:
    registers = Registers.for_network(n_in=2, n_rec=2, n_out=1, fp_loc_tinp=radix)
    trace = blocks_of(CONFIG, Parameters(registers)).traces[0]
    for value in range(0, 4096, 2):
        trace.value[:] = value, value + 1
        look(trace)
        assert trace.seen.tolist() == [value // 2**radix, (value + 1) // 2**radix]
