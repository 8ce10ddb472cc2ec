"""The register file: every number, every register of every configuration, and the seeds' strobes."""

import math
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Cat
from amaranth.lib import data
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from golden_model.network.formats import Format, Formats
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME, REGISTERS, SOURCE_SEEDS, Register
from golden_model.network.scaling import scale
from rtl.core.registers import Registers
from rtl.delivery.program import ALPHA_CONF, Program
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import NOT_FREE
from tests.rtl.block import run, stream

SIZES = {
    "smallest": Config(n_in=1, n_rec=2, n_out=1),
    "most lines": Config(n_in=301, n_rec=16, n_out=1),
    "largest": Config(n_in=1024, n_rec=1024, n_out=64),
}
LINES_AND_NEURONS = {"num_inp_neur": "n_in", "num_rec_neur": "n_rec", "num_out_neur": "n_out"}
OUTSIDE = {"ro_stage_sel", "get_clkint_out", "get_tar_req_out", "local_tick", "error_halt"}
OUTSIDE |= {"sram_speedmode", "timing_mode", "cycles_per_tick"}
INSIDE = [entry for entry in REGISTERS if entry.name not in OUTSIDE]
NUMBERS = {entry.number: entry for entry in INSIDE if entry.name != "alpha_conf"}
QUIET = {f"load_{name}": 0 for name in SOURCE_SEEDS}
AT_REST = {entry.name: entry.default or 0 for entry in INSIDE} | QUIET
all_configs = pytest.mark.parametrize("config", [*CONFIGS.values(), *SIZES.values()], ids=[*CONFIGS, *SIZES])


def format_of(config: Config, entry: Register) -> Format:
    """Return the format of a register, whose width may be the configuration's."""
    formats = Formats(config)
    scaled = {f"thr_h_{n}": formats.threshold for n in range(4)}
    scaled |= {f"h_{n}": formats.pseudo_derivative for n in range(5)}
    scaled |= {"kappa": formats.kappa, "regul_f0": formats.trace_rec}
    return scaled.get(entry.name, Format(entry.extended_bits or entry.bits, signed=entry.signed))


def written(config: Config, values: dict[str, int], number: int, word: int) -> dict[str, int]:
    """Return the registers and strobes after a write."""
    if number in ALPHA_CONF:
        place, neurons = 32 * ALPHA_CONF.index(number), max(config.n_in, config.n_rec, config.n_out, 256)
        conf = values["alpha_conf"] & ~(0xFFFFFFFF << place) | word << place
        return values | QUIET | {"alpha_conf": conf % (1 << (neurons + 1) // 2)}
    if number not in NUMBERS:
        return values | QUIET
    entry = NUMBERS[number]
    loads = {f"load_{entry.name}": 1} if entry.name in SOURCE_SEEDS else {}
    value = format_of(config, entry).wrap(word)
    if entry.name in LINES_AND_NEURONS:
        value = min(value, getattr(config, LINES_AND_NEURONS[entry.name]) - 1)
    return values | QUIET | {entry.name: value} | loads


def after(config: Config, writes: list[tuple[int, int, int]]) -> list[dict[str, int]]:
    """Return all registers and strobes after each cycle of `write`, `number` and `data`."""
    registers = Registers(config)
    members = {name: getattr(registers, name) for name in AT_REST}
    shape = data.StructLayout({name: member.shape() for name, member in members.items()})
    cycles = [dict(zip(("write", "number", "data"), one, strict=True)) for one in writes]
    states: list[dict[str, Any]] = []

    async def bench(context: SimulatorContext) -> None:
        for state in await stream(context, registers, cycles, data.View(shape, Cat(members.values()))):
            states.append({name: state[name] for name in AT_REST})

    run(registers, bench)
    return states


def expected(config: Config, parameters: Parameters) -> dict[str, int]:
    """Return what the registers hold for a network, in units of the configuration."""
    scaled = scale(config, parameters)
    return {
        **{entry.name: getattr(parameters.registers, entry.name) for entry in INSIDE},
        **{f"thr_h_{n}": int(value) for n, value in enumerate(scaled.borders)},
        **{f"h_{n}": int(value) for n, value in enumerate(scaled.values)},
        "kappa": scaled.kappa,
        "regul_f0": scaled.regul_f0,
        "alpha_conf": sum(int(one) >> config.alpha_frac_bits << n for n, one in enumerate(scaled.alpha)),
    }


def largest(config: Config) -> dict[str, int]:
    """Return the sizes after a reset: the published ones, or those of a smaller configuration."""
    return {
        "num_inp_neur": min(config.n_in, 256) - 1,
        "num_rec_neur": min(config.n_rec, 256) - 1,
        "num_out_neur": min(config.n_out, 16) - 1,
    }


def kappa_after_reset(config: Config) -> int:
    """Return 0x7A, u1.7, with as many fraction bits as the configuration has, a half rounded up."""
    return math.floor(0x7A * 2.0 ** (config.kappa_frac_bits - 7) + 0.5)


@all_configs
def test_only_the_register_of_a_number_changes(config: Config) -> None:
    rng, values = np.random.default_rng(77), AT_REST | {"kappa": kappa_after_reset(config)} | largest(config)
    numbers = rng.permutation([*range(512), *NUMBERS, *ALPHA_CONF]).tolist()
    writes = [(int(rng.random() < 0.8), number, int(rng.integers(1 << 32))) for number in numbers]
    for state, (write, number, word) in zip(after(config, writes), writes, strict=True):
        values = written(config, values, number, word) if write else values | QUIET
        assert state == values, (write, number, word)


@all_configs
@pytest.mark.parametrize("end", ["low", "high"])
def test_registers_hold_the_ends_of_their_ranges(config: Config, end: str) -> None:
    sizes = (config.n_in, config.n_rec, config.n_out)
    ends = {entry.name: getattr(entry, end) for entry in REGISTERS if entry.name not in NOT_FREE}
    parameters = legal_parameters(np.random.default_rng(78), config, sizes, **ends)
    writes = [(1, number, word) for number, word in Program(config, parameters).register_writes()]
    assert after(config, [*writes, (0, 0, 0)])[-1] == expected(config, parameters) | {"en_conf": 1} | QUIET


@pytest.mark.parametrize("config", [Config(), *SIZES.values()], ids=["published", *SIZES])
@pytest.mark.parametrize("name", LINES_AND_NEURONS)
def test_a_size_is_no_more_than_there_is(config: Config, name: str) -> None:
    register, most = BY_NAME[name], getattr(config, LINES_AND_NEURONS[name]) - 1
    data = [most, most + 1, register.high, 0xFFFFFFFF, max(most - 1, 0)]
    states = after(config, [(1, register.number, value) for value in data])
    assert [state[name] for state in states] == [min(value & register.high, most) for value in data]


def test_values_after_reset() -> None:
    assert after(Config(), [(0, 0, 1)]) == [AT_REST]
    assert AT_REST["en_conf"] == 1
    assert AT_REST["seed_strnd_neur"] == 0x70F0 << 15 | 0x1234


@pytest.mark.parametrize("name", SOURCE_SEEDS)
def test_a_seed_is_loaded_in_the_cycle_in_which_it_is_there(name: str) -> None:
    number, strobe = BY_NAME[name].number, f"load_{name}"
    states = after(Config(), [(0, number, 5), (1, number, 6), (0, number, 7), (1, number, 8), (1, number, 9)])
    assert [state[strobe] for state in states] == [0, 1, 0, 1, 1]
    assert [state[name] for state in states] == [SOURCE_SEEDS[name], 6, 6, 8, 9]


def test_alpha_conf_goes_on_beyond_its_published_words() -> None:
    numbers = [65, 66, 67, 68, *range(260, 272)]
    states = after(SIZES["largest"], [(1, number, 0xFFFFFFFF) for number in numbers])
    assert [state["alpha_conf"] for state in states] == [(1 << 32 * n) - 1 for n in range(1, 17)]


def test_what_only_a_chip_needs_is_not_there() -> None:
    members = set(Registers(Config()).signature.members) - {"write", "number", "data"}
    assert members == set(AT_REST)
