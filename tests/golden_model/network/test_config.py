"""Configuration: ranges, one-sentence errors, presets and files."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model.network.config import Config

RANGES = {
    "n_in": (256, 1, 1024),
    "n_rec": (256, 2, 1024),
    "n_out": (16, 1, 64),
    "weight_bits": (8, 2, 16),
    "membrane_bits": (16, 8, 24),
    "trace_in_bits": (12, 4, 16),
    "trace_rec_bits": (12, 4, 16),
    "trace_out_bits": (10, 4, 16),
    "alpha_frac_bits": (15, 7, 20),
    "kappa_frac_bits": (7, 4, 15),
    "surrogate_bits": (5, 2, 8),
    "shadow_bits": (0, 0, 16),
}
SIZES = ("n_in", "n_rec", "n_out")
ROUNDINGS: dict[str, tuple[Any, ...]] = {
    "state_rounding": ("floor", "nearest", "stochastic"),
    "update_rounding": ("truncate", "nearest", "stochastic"),
}


@pytest.mark.parametrize("name", RANGES)
def test_default_is_the_published_value(name: str) -> None:
    assert getattr(Config(), name) == RANGES[name][0]


@pytest.mark.parametrize("name", RANGES)
def test_values_outside_the_range_are_refused(name: str) -> None:
    _, low, high = RANGES[name]
    step = 2 if name == "n_rec" else 1
    for value in (low - step, high + step):
        with pytest.raises(ValueError, match=rf"^{name} = {value} is outside {low}\.\.{high}$"):
            Config(**{name: value})


@pytest.mark.parametrize("name", RANGES)
def test_sizes_and_widths_are_legal_over_their_whole_range(name: str) -> None:
    _, low, high = RANGES[name]
    for value in (low, high) if name in SIZES else range(low, high + 1):
        assert getattr(Config(**{name: value}), name) == value


@pytest.mark.parametrize("name", ROUNDINGS)
def test_roundings(name: str) -> None:
    for value in ROUNDINGS[name]:
        assert getattr(Config(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"n_rec": 7}, "n_rec = 7 is not even, a legal value is an even number in 2..1024"),
        ({"n_in": "3"}, "n_in = '3' is not an integer"),
        ({"n_in": 3.0}, "n_in = 3.0 is not an integer"),
        ({"n_in": True}, "n_in = True is not an integer"),
        ({"errata": 1}, "errata = 1 is not True or False"),
        ({"wieght_bits": 8}, "unknown configuration field 'wieght_bits', did you mean 'weight_bits'?"),
        (
            {"update_rounding": "floor"},
            "update_rounding = 'floor' is not one of 'truncate', 'nearest', 'stochastic'",
        ),
        (
            {"state_rounding": "truncate"},
            "state_rounding = 'truncate' is not one of 'floor', 'nearest', 'stochastic'",
        ),
    ],
)
def test_errors_are_one_plain_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$") as caught:
        Config(**values)
    assert type(caught.value) is ValueError


def test_signature_shows_types_and_defaults() -> None:
    signature = str(inspect.signature(Config))
    assert signature.startswith(
        "(*, n_in: int = 256, n_rec: int = 256, n_out: int = 16, weight_bits: int = 8,"
    )
    assert "Annotated" not in signature
    parameters = inspect.signature(Config).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == Config().model_dump()


def test_any_integer_type_is_stored_as_int() -> None:
    assert type(Config(n_in=np.uint8(40)).n_in) is int


def test_errata_may_be_off() -> None:
    assert Config(errata=False).errata is False


def test_presets() -> None:
    assert Config.preset("reckon") == Config()
    assert Config.preset("navigation") == Config(n_in=40, n_rec=100, n_out=2)
    with pytest.raises(ValueError, match="^preset 'recon' is not one of reckon, navigation$"):
        Config.preset("recon")
    with pytest.raises(ValueError, match=r"^preset \['reckon'\] is not one of reckon, navigation$"):
        Config.preset(["reckon"])  # type: ignore[arg-type]


def test_replace_checks_and_leaves_the_original() -> None:
    config = Config()
    assert config.replace(n_in=40) == Config(n_in=40)
    assert config.n_in == 256
    with pytest.raises(ValueError, match="^n_in = 0 is outside"):
        config.replace(n_in=0)


def test_configuration_is_immutable_and_hashable() -> None:
    with pytest.raises(AttributeError, match=r"immutable, use replace\(n_in="):
        Config().n_in = 40
    assert hash(Config(n_in=40)) == hash(Config(n_in=40))


def test_digest_depends_on_every_field() -> None:
    config = Config()
    others = {"state_rounding": "floor", "update_rounding": "nearest", "errata": False}
    changed = [config.model_copy(update={name: others.get(name, 3)}) for name in Config.model_fields]
    digests = {config.digest, *(other.digest for other in changed)}
    assert len(digests) == len(changed) + 1 == 16
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in digests)


def test_digest_is_the_same_in_another_process() -> None:
    code = "from golden_model.network.config import Config; print(Config.preset('navigation').digest)"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == Config.preset("navigation").digest


def test_toml_round_trip(tmp_path: Path) -> None:
    config = Config(n_in=40, n_rec=100, n_out=2, errata=False, weight_bits=5, state_rounding="nearest")
    config.to_toml(tmp_path / "config.toml")
    assert Config.from_toml(tmp_path / "config.toml") == config


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[config", "{path} is not a TOML file: "),
        ("", "{path}: the table [config] is missing"),
        ("config = 3", "{path}: the table [config] is missing"),
        ("n_in = 40\n[config]", "{path}: unknown key 'n_in', the tables of a network are config, parameters"),
        ("[config]\nn_in = 0", "{path}: n_in = 0 is outside 1..1024"),
        ("[config]\nn = 40", "{path}: unknown configuration field 'n', did you mean 'n_in'?"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence.format(path=path))}"):
        Config.from_toml(path)


class TestSpecification:
    """The ranges against the table of the specification."""

    def test_ranges(self, shared: Path) -> None:
        text = (shared / "spec" / "generalization.md").read_text(encoding="utf-8")
        rows = [
            [cell.strip() for cell in line.strip("| ").split("|")]
            for line in text.splitlines()
            if line[:1] == "|"
        ]
        legal = [(row[1], row[2]) for row in rows if re.search(r"\d\.\.\d", row[-1])]
        expected = [
            (", ".join(str(RANGES[name][0]) for name in names), spans)
            for names, spans in (
                (SIZES, "1..1024; 2..1024, even; 1..64"),
                (("weight_bits",), "2..16"),
                (("membrane_bits",), "8..24"),
                (("trace_in_bits", "trace_rec_bits", "trace_out_bits"), "4..16"),
                (("alpha_frac_bits",), "7..20"),
                (("kappa_frac_bits",), "4..15"),
                (("surrogate_bits",), "2..8"),
                (("shadow_bits",), "0..16"),
            )
        ]
        assert legal == expected


def test_a_field_of_an_unlucky_name() -> None:
    with pytest.raises(ValueError, match="^unknown configuration field 'self'"):
        Config(self=1)
