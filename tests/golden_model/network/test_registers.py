"""Register map: every row against the specification, and the checks of Registers."""

import copy
import inspect
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model.network.config import Config
from golden_model.network.registers import REGISTERS, SIZES, SOURCE_SEEDS, Register, Registers

SIGNED = {"thr_h_0", "thr_h_1", "thr_h_2", "thr_h_3", "h_0", "h_1", "h_2", "h_3", "h_4"}
SEED_ORDER = (
    "seed_inp",
    "seed_rec",
    "seed_out",
    "seed_strnd_neur",
    "seed_strnd_oneur",
    "seed_strnd_tinp",
    "seed_strnd_trec",
    "seed_strnd_tout",
    "seed_noise_neur",
)
EXTENDED = {"alpha_conf": 512, "num_inp_neur": 10, "num_rec_neur": 10, "num_out_neur": 6}
SINGLE = [register for register in REGISTERS if register.name not in ("alpha_conf", "num_rec_neur")]


def name_of(register: Register) -> str:
    return register.name


def test_numbers_and_names_are_unique_and_ordered() -> None:
    numbers = [register.number for register in REGISTERS]
    assert numbers == sorted(set(numbers))
    assert len({register.name for register in REGISTERS}) == len(REGISTERS) == 64


@pytest.mark.parametrize("register", SINGLE, ids=name_of)
def test_whole_range_is_legal_and_nothing_else(register: Register) -> None:
    half = 2 ** (EXTENDED.get(register.name, register.bits) - 1)
    low, high = (-half, half - 1) if register.name in SIGNED else (0, 2 * half - 1)
    for value in (low, high):
        assert getattr(Registers(**{register.name: value}), register.name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=rf"^{register.name} = {value} is outside {low}\.\.{high}$"):
            Registers(**{register.name: value})


def test_extended_widths_are_those_of_the_largest_sizes() -> None:
    extended = {register.name: register.extended_bits for register in REGISTERS if register.extended_bits}
    assert extended == EXTENDED
    assert Registers(alpha_conf=2**512 - 1).alpha_conf == 2**512 - 1
    for size, name in SIZES.items():
        limits = Config.model_fields[size].metadata
        (largest,) = (limit.le for limit in limits if hasattr(limit, "le"))
        assert largest == 2 ** EXTENDED[name]


def test_defaults() -> None:
    registers = Registers()
    assert (registers.n_in, registers.n_rec, registers.n_out) == (256, 256, 16)
    assert (registers.kappa, registers.do_eprop, registers.h_4) == (0x7A, 7, 0)
    assert registers.seed_strnd_neur == 0x1234 + 0x70F0 * 2**15
    assert registers.alpha_conf is None


@pytest.mark.parametrize("value", [16, True, np.uint8(16), np.int64(16), np.array(16), np.True_])
def test_any_integer_or_bool_becomes_int(value: Any) -> None:
    stored = Registers(kappa=value).kappa
    assert type(stored) is int
    assert stored == int(value)


@pytest.mark.parametrize("value", ["0x10", "10", 0x10])
def test_alpha_conf_may_be_hexadecimal(value: int | str) -> None:
    assert Registers(alpha_conf=value).alpha_conf == 16


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kapa": 1}, "unknown register 'kapa', did you mean 'kappa'?"),
        ({"n_in": 1}, "unknown register 'n_in', did you mean "),
        ({"kappa": 1.0}, "kappa = 1.0 is not an integer"),
        ({"kappa": 1e308}, "kappa = 1e+308 is not an integer"),
        ({"kappa": [[1], [1, 2]]}, "kappa = [[1], [1, 2]] is not an integer"),
        ({"kappa": None}, "kappa = None is not an integer"),
        ({"kappa": "0x10"}, "kappa = '0x10' is not an integer"),
        ({"alpha_conf": "0xg"}, "alpha_conf = '0xg' is not an integer"),
        ({"alpha_conf": 1 << 512}, f"alpha_conf = 0x1{'0' * 128} is outside 0..2^512 - 1"),
        ({"alpha_conf": -1}, "alpha_conf = -0x1 is outside 0..2^512 - 1"),
        ({"num_rec_neur": 98}, "n_rec = 99 is odd, the number of recurrent neurons must be even"),
    ],
)
def test_errors_are_one_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        Registers(**values)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("kappa", 0.95, "; 0.95 as u1.7 is 122"),
        ("kappa", np.float32(1), "; 1.0 as u1.7 is 128"),
        ("kappa", 121.0, ""),
        ("kappa", float("nan"), ""),
        ("thr_h_0", -0.1, "; -0.1 as s4.11 is -205"),
        ("do_eprop", 1.0, ""),
    ],
)
def test_a_real_number_is_answered_with_the_integer_it_stands_for(name: str, value: Any, meant: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'{name} = {value!r} is not an integer{meant}')}$"):
        Registers(**{name: value})


def test_signature_names_every_register_with_its_default() -> None:
    parameters = inspect.signature(Registers).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == Registers().to_dict()
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("sizes", [(1, 2, 1), (40, 100, 2), (256, 256, 16), (1024, 1024, 64)])
def test_for_network(sizes: tuple[int, int, int]) -> None:
    n_in, n_rec, n_out = sizes
    registers = Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out, do_eprop=5)
    assert (registers.n_in, registers.n_rec, registers.n_out, registers.do_eprop) == (*sizes, 5)
    assert registers == Registers(
        num_inp_neur=n_in - 1, num_rec_neur=n_rec - 1, num_out_neur=n_out - 1, do_eprop=5
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"n_in": 0}, "n_in = 0 is outside 1..1024"),
        ({"n_in": 1025}, "n_in = 1025 is outside 1..1024"),
        ({"n_rec": 0}, "n_rec = 0 is outside 2..1024"),
        ({"n_rec": 1026}, "n_rec = 1026 is outside 2..1024"),
        ({"n_rec": 99}, "n_rec = 99 is odd, the number of recurrent neurons must be even"),
        ({"n_out": 65}, "n_out = 65 is outside 1..64"),
        ({"n_out": 2.0}, "n_out = 2.0 is not an integer"),
        ({"num_inp_neur": 3}, "num_inp_neur is given by n_in, give only one of them"),
    ],
)
def test_illegal_networks(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Registers.for_network(**{"n_in": 40, "n_rec": 100, "n_out": 2, **changes})


def test_replace_checks_and_leaves_the_original() -> None:
    registers = Registers(kappa=1)
    assert registers.replace(h_0=-1) == Registers(kappa=1, h_0=-1)
    assert registers == Registers(kappa=1) != Registers()
    with pytest.raises(ValueError, match="^kappa = 256 is outside"):
        registers.replace(kappa=256)


def test_registers_are_immutable() -> None:
    registers = Registers()
    with pytest.raises(AttributeError, match=r"immutable, use replace\(kappa="):
        registers.kappa = 3
    with pytest.raises(AttributeError, match="immutable"):
        del registers.kappa
    registers.to_dict()["kappa"] = 3
    assert registers.kappa == 0x7A


def test_equal_registers_hash_alike_and_copy() -> None:
    registers = Registers(alpha_conf=1 << 100, h_0=-16)
    twins = [
        Registers(**registers.to_dict()),
        copy.deepcopy(registers),
        pickle.loads(pickle.dumps(registers)),
    ]
    assert all(twin == registers and hash(twin) == hash(registers) for twin in twins)


def test_repr_shows_what_differs_from_the_defaults() -> None:
    assert repr(Registers(kappa=0x7A, h_0=-1, num_out_neur=1)) == "Registers(h_0=-1, num_out_neur=1)"


def expand(names: str) -> list[str]:
    """Return the names of a cell: 'h_0..4' and 'a, b' stand for several."""
    if match := re.fullmatch(r"(\w+_)(\d)\.\.(\d)", names):
        return [f"{match[1]}{n}" for n in range(int(match[2]), int(match[3]) + 1)]
    return names.split(", ")


def numbers_of(cell: str) -> list[int]:
    if "-" in cell:
        first, last = map(int, cell.split("-"))
        return list(range(first, last + 1))
    return [int(number) for number in cell.split(", ")]


def rows(text: str) -> Iterator[tuple[int, str, int, int | None]]:
    """Yield number, name, bits and reset of every register of the Markdown table."""
    table = text.split("## Registers", 1)[1]
    for line in re.findall(r"^\| (\d[^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|", table, re.MULTILINE):
        cell_number, cell_name, cell_bits, cell_reset = (cell.strip() for cell in line)
        names, numbers = expand(cell_name), numbers_of(cell_number)
        if cell_bits == "4 x 32":
            numbers, cell_bits = numbers[:1], "128"
        bits = [int(width) for width in cell_bits.split(", ")]
        resets = [None if reset == "-" else int(reset, 0) for reset in cell_reset.split(", ")]
        assert len(names) == len(numbers)
        for n, (number, name) in enumerate(zip(numbers, names, strict=True)):
            yield number, name, bits[n % len(bits)], resets[n % len(resets)]


class TestSpecification:
    """The map against the tables of the specification and the registers of the published task."""

    @pytest.fixture
    def interface(self, shared: Path) -> str:
        return (shared / "spec" / "interface.md").read_text(encoding="utf-8")

    def test_every_row(self, interface: str) -> None:
        ours = [(register.number, register.name, register.bits, register.reset) for register in REGISTERS]
        assert ours == sorted(rows(interface))

    def test_signs(self, interface: str) -> None:
        stated = [expand(names) for names in re.findall(r"\| ([\w.]+) \| \d+ \| - \| s\d+,", interface)]
        assert {name for names in stated for name in names} == SIGNED
        assert {register.name for register in REGISTERS if register.signed} == SIGNED

    def test_reset_loads_of_the_sources(self, interface: str) -> None:
        loads = interface.split("Reset loads:", 1)[1].split("(15-bit", 1)[0]
        parts = [[int(number, 16) for number in part.split("/")] for part in re.findall(r"0x[\w/]+", loads)]
        expected = [part[0] if len(part) == 1 else part[0] + part[1] * 2**15 for part in parts]
        assert [SOURCE_SEEDS[name] for name in SEED_ORDER] == expected
        assert all(getattr(Registers(), name) == seed for name, seed in SOURCE_SEEDS.items())

    def test_published_registers_load(self, shared: Path) -> None:
        published = json.loads((shared / "reckon" / "registers.json").read_text(encoding="utf-8"))
        values = Registers(**published).to_dict()
        assert {name: values[name] for name in published} == {**published, "alpha_conf": 0}


def test_a_register_of_an_unlucky_name() -> None:
    with pytest.raises(ValueError, match="^unknown register 'self'"):
        Registers(self=1)
