"""Parameters of a network: one value per pair, alpha_conf, files."""

import copy
import pickle
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters, write_network
from golden_model.network.registers import Registers

SMALL = Registers.for_network(n_in=3, n_rec=4, n_out=2)
LEAKS = st.integers(0x7000, 0x8FFF)
THRESHOLDS = st.integers(-(2**15), 2**15 - 1)


@pytest.mark.parametrize(
    ("sizes", "n_pairs"),
    [((40, 100, 2), 50), ((3, 2, 1), 2), ((1, 2, 15), 8), ((1, 2, 1), 1), ((1023, 1024, 64), 512)],
)
def test_scalars_are_spread_over_all_pairs(sizes: tuple[int, int, int], n_pairs: int) -> None:
    n_in, n_rec, n_out = sizes
    parameters = Parameters(Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out), 0x8001, -5)
    assert (parameters.n_in, parameters.n_rec, parameters.n_out, parameters.n_pairs) == (*sizes, n_pairs)
    assert parameters.alpha.tolist() == [0x8001] * n_pairs
    assert parameters.threshold.tolist() == [-5] * n_pairs
    assert parameters.registers.alpha_conf == 2**n_pairs - 1


def test_defaults_are_those_of_the_published_task() -> None:
    parameters = Parameters(SMALL)
    assert (parameters.alpha.tolist(), parameters.threshold.tolist()) == ([0x7FEF] * 2, [614] * 2)
    assert parameters.registers == SMALL.replace(alpha_conf=0)


@given(st.lists(LEAKS, min_size=7, max_size=7))
def test_alpha_conf_selects_the_top_four_bits(alpha: list[int]) -> None:
    conf = Parameters(Registers.for_network(n_in=13, n_rec=4, n_out=1), alpha).registers.alpha_conf
    assert conf is not None
    assert [0b1000 if conf >> pair & 1 else 0b0111 for pair in range(7)] == [value >> 12 for value in alpha]
    assert conf < 2**7


def test_pairs_of_readouts_alone_may_be_left_out() -> None:
    registers = Registers.for_network(n_in=3, n_rec=2, n_out=9, alpha_conf=0b1_01010)
    parameters = Parameters(registers, [0x7001, 0x8001], [1, 2])
    assert parameters.alpha.tolist() == [0x7001, 0x8001, 0x7000, 0x8000, 0x7000]
    assert parameters.threshold.tolist() == [1, 2, 0, 0, 0]
    assert parameters.registers.alpha_conf == 0b1_01010


def test_conflicting_alpha_conf_names_the_pair() -> None:
    sentence = "alpha_conf bit 1 = 1 disagrees with alpha = 28672 of pair 1, whose top four bits make it 0"
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Parameters(SMALL.replace(alpha_conf=2), [0x7FFF, 0x7000])
    assert Parameters(SMALL.replace(alpha_conf=2), [0x7FFF, 0x8000]).registers.alpha_conf == 2


@pytest.mark.parametrize("dtype", ["int16", "uint16", "int32", "uint64"])
def test_any_integer_dtype(dtype: str) -> None:
    parameters = Parameters(SMALL, np.array([0x7000, 0x7FFF], dtype), np.array([0, 32767], dtype))
    assert parameters.alpha.dtype == parameters.threshold.dtype == np.int64
    assert (parameters.alpha.tolist(), parameters.threshold.tolist()) == ([0x7000, 0x7FFF], [0, 32767])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alpha": 0x6FFF}, "alpha = 28671 of pair 0 is outside 28672..36863"),
        ({"alpha": [0x7000, 0x9000]}, "alpha = 36864 of pair 1 is outside 28672..36863"),
        ({"threshold": [0, -32769]}, "threshold = -32769 of pair 1 is outside -32768..32767"),
        ({"threshold": np.array([0, 2**64 - 1], np.uint64)}, f"threshold = {2**64 - 1} of pair 1 is outside"),
        ({"threshold": 2**70}, f"threshold = {2**70} is not an integer in -32768..32767"),
        ({"threshold": 1e308}, "threshold = 1e+308 is not an integer in -32768..32767"),
        ({"threshold": 1.5}, "threshold = 1.5 is not an integer in -32768..32767"),
        ({"alpha": True}, "alpha = True is not an integer in 28672..36863"),
        ({"alpha": [0x7000] * 3}, "alpha has shape [3], legal is one value or [2], one per pair"),
        ({"alpha": [[0x7000], [0x7000] * 2]}, "alpha is not an array of integers of one regular shape"),
        ({"alpha": [[0x7000] * 2]}, "alpha has shape [1, 2], legal is one value or [2], one per pair"),
    ],
)
def test_errors_are_one_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        Parameters(SMALL, **values)


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        ({"alpha": 0.9995}, "28672..36863; 0.9995 as u1.15 is 32752"),
        ({"alpha": [0.98, 0.99]}, "28672..36863; 0.98 as u1.15 is 32113"),
        ({"alpha": 32752.0}, "28672..36863"),
        ({"threshold": -0.3}, "-32768..32767; -0.3 as s4.11 is -614"),
    ],
)
def test_a_real_number_is_answered_with_the_integer_it_stands_for(values: dict[str, Any], meant: str) -> None:
    with pytest.raises(ValueError, match=f" not (an integer|integers) in {re.escape(meant)}$"):
        Parameters(SMALL, **values)


class TestReplace:
    def test_everything_else_stays(self) -> None:
        parameters = Parameters(SMALL.replace(h_0=1), [0x7000, 0x8000], [1, 2])
        assert parameters.replace() == parameters
        assert parameters.replace(threshold=5) == Parameters(SMALL.replace(h_0=1), [0x7000, 0x8000], 5)
        assert parameters.replace(kappa=9) == Parameters(
            SMALL.replace(h_0=1, kappa=9), [0x7000, 0x8000], [1, 2]
        )
        assert parameters.replace(registers=SMALL, h_1=3) == Parameters(
            SMALL.replace(h_1=3), [0x7000, 0x8000], [1, 2]
        )

    @pytest.mark.parametrize("registers", [{}, {"kappa": 3}, {"registers": SMALL.replace(alpha_conf=0)}])
    def test_alpha_conf_follows_from_alpha(self, registers: Any) -> None:
        changed = Parameters(SMALL).replace(alpha=[0x7000, 0x8000], **registers)
        assert (changed.alpha.tolist(), changed.registers.alpha_conf) == ([0x7000, 0x8000], 0b10)

    def test_alpha_conf_beyond_the_last_pair(self) -> None:
        parameters = Parameters(SMALL.replace(alpha_conf=0b100))
        assert parameters.replace(kappa=3).registers.alpha_conf == 0b100
        assert parameters.replace(alpha=0x8000).registers.alpha_conf == 0b11

    def test_a_network_of_another_size_has_the_same_leak(self) -> None:
        larger = Parameters(SMALL, 0x8000, 7).replace(num_rec_neur=9)
        assert larger == Parameters(Registers.for_network(n_in=3, n_rec=10, n_out=2), 0x8000, 7)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"alpha": 1}, "alpha = 1 of pair 0 is outside 28672..36863"),
            ({"kappa": 256}, "kappa = 256 is outside 0..255"),
            ({"kapa": 1}, "unknown register 'kapa', did you mean 'kappa'?"),
            (
                {"alpha": 0x8000, "alpha_conf": 0},
                "alpha_conf bit 0 = 0 disagrees with alpha = 32768 of pair 0",
            ),
        ],
    )
    def test_checked_like_a_new_one(self, changes: Any, sentence: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            Parameters(SMALL).replace(**changes)


def test_from_time_constants() -> None:
    parameters = Parameters.from_time_constants(SMALL, 1927)
    assert parameters == Parameters(SMALL, 0x7FEF)
    assert Parameters.from_time_constants(SMALL, 19.27, 0.01, threshold=5) == Parameters(SMALL, 0x7FEF, 5)
    assert Parameters.from_time_constants(SMALL, [20, np.inf]) == Parameters(SMALL, [31170, 0x8000])
    given = SMALL.replace(alpha_conf=0)  # that of other leaks
    assert Parameters.from_time_constants(given, np.inf) == Parameters(SMALL, 0x8000)
    with pytest.raises(ValueError, match=r"^alpha has shape \[3\], legal is one value or \[2\]"):
        Parameters.from_time_constants(SMALL, [20, 20, 20])


def test_repr_is_short() -> None:
    registers = Registers.for_network(n_in=1024, n_rec=1024, n_out=64)
    parameters = Parameters(registers, np.arange(0x7000, 0x7000 + 512), -32768)
    assert repr(parameters) == (
        "<Parameters: 1024 inputs, 1024 neurons, 64 readouts, alpha 28672..29183, threshold -32768>"
    )


def test_parameters_are_immutable() -> None:
    given_alpha = np.array([0x7000, 0x7001])
    parameters = Parameters(SMALL, given_alpha)
    given_alpha[0] = 0
    assert parameters.alpha[0] == 0x7000
    for copied in (parameters, copy.deepcopy(parameters), pickle.loads(pickle.dumps(parameters))):
        with pytest.raises(ValueError, match="read-only"):
            copied.alpha[0] = 0x7000
    with pytest.raises(AttributeError, match="immutable"):
        parameters.alpha = given_alpha
    with pytest.raises(AttributeError, match="immutable"):
        del parameters.alpha


def test_equal_by_content() -> None:
    parameters = Parameters(SMALL, 0x8000, [614, 1])
    twin = pickle.loads(pickle.dumps(parameters))
    assert (twin, hash(twin)) == (parameters, hash(parameters))
    others = (
        Parameters(SMALL, 0x8000),
        Parameters(SMALL, 0x8001, [614, 1]),
        Parameters(SMALL.replace(h_0=1), 0x8000),
    )
    assert all(parameters != other for other in others)


@given(
    st.lists(LEAKS, min_size=3, max_size=3),
    st.lists(THRESHOLDS, min_size=3, max_size=3),
    st.sampled_from([0, 1 << 3, 1 << 127]),
)
def test_toml_round_trip(
    tmp_path_factory: pytest.TempPathFactory, alpha: list[int], threshold: list[int], beyond: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "network.toml"
    conf = beyond + sum((value >= 0x8000) << pair for pair, value in enumerate(alpha))
    registers = Registers.for_network(n_in=5, n_rec=6, n_out=2, h_0=-3, alpha_conf=conf)
    parameters = Parameters(registers, alpha, threshold)
    parameters.to_toml(path)
    assert Parameters.from_toml(path) == parameters


def test_file_holds_only_what_differs_from_the_defaults(tmp_path: Path) -> None:
    Parameters(SMALL.replace(kappa=121)).to_toml(tmp_path / "network.toml")
    with (tmp_path / "network.toml").open("rb") as file:
        assert tomllib.load(file) == {
            "parameters": {
                "alpha": 0x7FEF,
                "threshold": 614,
                "registers": {"kappa": 121, "num_inp_neur": 2, "num_rec_neur": 3, "num_out_neur": 1},
            }
        }


def test_one_file_holds_configuration_and_parameters(tmp_path: Path) -> None:
    config, parameters = Config.preset("navigation"), Parameters(SMALL, [0x7000, 0x8000])
    write_network(tmp_path / "network.toml", config, parameters)
    assert Config.from_toml(tmp_path / "network.toml") == config
    assert Parameters.from_toml(tmp_path / "network.toml") == parameters


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("alpha = ", "{path} is not a TOML file: "),
        ("[config]", "{path}: the table [parameters] is missing"),
        ("[parameters]", "{path}: the table [parameters.registers] is missing"),
        ("[parameters]\nregisters = 3", "{path}: the table [parameters.registers] is missing"),
        ("[parameters]\nalhpa = 3", "{path}: unknown key 'alhpa' in [parameters], did you mean 'alpha'?"),
        ("[parameters.registers]\nkapa = 3", "{path}: unknown register 'kapa', did you mean 'kappa'?"),
        (
            "[parameters]\nalpha = 1\n[parameters.registers]",
            "{path}: alpha = 1 of pair 0 is outside 28672..36863",
        ),
        (
            "[parameters]\nalpha = 'x'\n[parameters.registers]",
            "{path}: alpha = 'x' is not an integer in ",
        ),
    ],
)
def test_bad_files_are_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence.format(path=path))}"):
        Parameters.from_toml(path)


def test_what_are_no_registers() -> None:
    with pytest.raises(ValueError, match=r"^parameters are made of Registers, not of dict$"):
        Parameters({"kappa": 3})  # type: ignore[arg-type]
