"""Comparison of a run with the recorded results of the published experiment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from golden_model.console.limits import MOST, integer
from golden_model.files.reading import parse_json, read_bytes
from golden_model.training.results import Row

NAME = "expected.json"
_KEYS = ("epoch", "set", "sample")
_VALUES = ("label", "inference", "weights_sha256")


@dataclass(frozen=True)
class Comparison:
    """How many rows there were to compare, and where the first one differs.

    Attributes
    ----------
    n_equal, n_rows : int
    first : str or None
        The first difference, as words.
    """

    n_equal: int
    n_rows: int
    first: str | None

    def __str__(self) -> str:
        text = f"{self.n_equal} of {self.n_rows} inferences and weight digests equal {NAME}"
        return f"{text}; {self.first}" if self.first else text


def read_expected(folder: Path) -> list[Row] | None:
    """Read `expected.json`, None if the folder has none; ValueError if it is damaged."""
    path = folder / NAME
    if not path.exists():
        return None
    content = read_bytes(path)
    try:
        rows = [_row(row) for row in parse_json(content)]
    except (ValueError, TypeError, KeyError):
        rows = []
    if not rows:
        raise ValueError(f"{path} is damaged")
    return rows


def _row(row: Any) -> Any:
    """Return what is compared of a row, if it has a place."""
    integer("epoch", row["epoch"], 1, MOST)
    integer("sample", row["sample"], 0, MOST)
    if row["set"] not in ("train", "test"):
        raise ValueError(row["set"])
    return {name: row[name] for name in (*_KEYS, *_VALUES)}


def compare(rows: Sequence[Row], expected: Sequence[Row], epochs: int) -> Comparison:
    """Compare the rows of the first epochs with the expected ones, both in order."""
    wanted = [row for row in expected if row["epoch"] <= epochs]
    found: Mapping[tuple[Any, ...], Row] = {_key(row): row for row in rows}
    different = [row for row in wanted if found.get(_key(row)) != row]
    first = _difference(different[0], found.get(_key(different[0]))) if different else None
    return Comparison(len(wanted) - len(different), len(wanted), first)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEYS)


def _difference(expected: Mapping[str, Any], found: Mapping[str, Any] | None) -> str:
    place = f"epoch {expected['epoch']}, {expected['set']} sample {expected['sample']}"
    if found is None:
        return f"{place} is missing"
    name = next(name for name in _VALUES if expected[name] != found[name])
    return f"{place}, {name}: expected {expected[name]}, got {found[name]}"
