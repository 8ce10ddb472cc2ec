"""Eligibility traces: decay and growth of all three kinds against the naive twin."""

import numpy as np
import pytest

from golden_model.config import Config
from golden_model.parameters import Parameters
from golden_model.registers import Registers
from golden_model.trace import Trace, decay, grow, look, make_traces
from tests.golden_model.networks import SIZES, any_parameters, both, goes_on_like, twin_of
from tests.twins.network import Twin
from tests.twins.propagate import add_to_traces
from tests.twins.step import step as twin_step

CONFIG = Config()
KINDS = ("trace_in", "trace_rec", "trace_out")
BITS = (12, 12, 10)


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
        parameters = any_parameters(rng, sizes, en_stoch_round=rounds, kappa=kappa)
        traces, twin = make_traces(CONFIG, parameters), twin_of(parameters)
        for _ in range(8):
            for trace, name, count, bits in zip(traces, KINDS, counts(sizes), BITS, strict=True):
                both(trace.value, getattr(twin, name), rng.integers(0, 2 ** rng.integers(1, bits + 1, count)))
                decay(trace)
            twin_step(twin)
            check(traces, twin)
        for trace, name in zip(traces, KINDS, strict=True):
            wheels, bits = (trace.rounding.even, trace.rounding.odd), trace.frac_bits
            for wheel, source in zip(wheels, getattr(twin.sources, name), strict=True):
                assert goes_on_like(wheel, source, bits)


@pytest.mark.parametrize("radix", range(8))
def test_growth_up_to_all_ones(radix: int) -> None:
    shifts = {"fp_loc_tinp": radix, "fp_loc_trec": 7 - radix, "fp_loc_tout": radix}
    parameters = Parameters(Registers.for_network(n_in=2, n_rec=2, n_out=1, **shifts))
    traces, twin = make_traces(CONFIG, parameters), twin_of(parameters)
    for _ in range(520 >> min(radix, 7 - radix)):
        for trace in traces:
            grow(trace, 1)
        add_to_traces(twin, 1, event=True, spike=True)
        check(traces, twin)
    assert [int(trace.value[1]) for trace in traces] == [4095, 4095, 1023]
    assert [int(trace.value[0]) for trace in traces] == [0, 0, 0]


def test_traces_decay_with_the_leak_of_their_own_pair() -> None:
    registers = Registers.for_network(n_in=5, n_rec=2, n_out=1, kappa=64)
    t_in, t_rec, t_out = make_traces(CONFIG, Parameters(registers, [0x7000, 0x7800, 0x8000]))
    for trace in (t_in, t_rec, t_out):
        trace.value[:] = 1000
        decay(trace)
    assert t_in.value.tolist() == [875, 875, 937, 937, 1000]
    assert t_rec.value.tolist() == [875, 875]
    assert t_out.value.tolist() == [500, 500]


@pytest.mark.parametrize("radix", range(8))
def test_update_rule_sees_traces_without_their_fraction(radix: int) -> None:
    registers = Registers.for_network(n_in=2, n_rec=2, n_out=1, fp_loc_tinp=radix)
    trace = make_traces(CONFIG, Parameters(registers))[0]
    for value in range(0, 4096, 2):
        trace.value[:] = value, value + 1
        look(trace)
        assert trace.seen.tolist() == [value // 2**radix, (value + 1) // 2**radix]
