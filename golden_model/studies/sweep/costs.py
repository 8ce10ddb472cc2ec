"""What a configuration costs: the bits of its memories, and whatever a table of measurements says."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from golden_model.files.reading import read_text
from golden_model.network.config import Config
from golden_model.network.memory import memory_bits
from golden_model.network.names import closest
from golden_model.network.values import Value, value_of
from golden_model.studies.sweep.axes import SHORT

MEMORY_BITS = "memory_bits"
MOST = 1e30  # of a cost, on either side of 0
MOST_LETTERS = 60  # of its name
# Columns of the report, next to the axes.
REPORTED = (
    *("point", "accuracy", "ci_low", "ci_high", "seeds", "reference", "published"),
    *(MEMORY_BITS, "lost", "configuration"),
)
_FIELDS = (*Config.model_fields, *SHORT)


@dataclass(frozen=True)
class CostTable:
    """Measured costs, such as logic cells or energy, of some configurations.

    Attributes
    ----------
    fields : sequence of str
        Fields of a Config that say which configuration a row is of.
    names : sequence of str
        Of the costs.
    rows : sequence of sequence
        Values of the fields, then costs.
    """

    fields: Sequence[str] = ()
    names: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a CSV file whose first line names its columns: fields of a Config first, then costs.

        Raises
        ------
        ValueError
            A row has other columns, a cost is not a number within -1e30..1e30, or a name or a configuration
            comes twice; or a column is named like a field but for blanks, case or punctuation.
        OSError
            The file cannot be read.
        """
        header, *rows = _read(path) or [[]]
        _check_names(path, header)
        fields = [name for name in header if name in Config.model_fields]
        names = header[len(fields) :]
        if not fields or header[: len(fields)] != fields or not names or set(names) & set(SHORT):
            raise ValueError(f"{path} does not begin with names of configuration fields and then of costs")
        return cls(fields, names, _rows(path, header, rows, len(fields)))

    def of(self, config: Config) -> dict[str, float]:
        """Return the costs of a configuration by name, memory bits among them; those that are known."""
        own = [getattr(config, name) for name in self.fields]
        n_fields = len(own)
        found = next((row[n_fields:] for row in self.rows if list(row[:n_fields]) == own), ())
        return {
            MEMORY_BITS: float(sum(memory_bits(config).values())),
            **dict(zip(self.names, found, strict=False)),
        }

    def check(self, objectives: Sequence[str], configs: Mapping[str, Config]) -> None:
        """Raise a ValueError if there is no such cost, or it is not known of one of some configurations."""
        known = [MEMORY_BITS, *self.names]
        for name in objectives:
            if name not in known:
                hint = closest(name, known) or f", the costs are {', '.join(known)}"
                raise ValueError(f"unknown cost {name!r}{hint}")
            for setting, config in configs.items():
                if name not in self.of(config):
                    raise ValueError(f"the table of costs has no {name} for {setting}")


def _read(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file that are not empty, without the blanks around names and values."""
    text = read_text(path)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
        return [row for row in rows if any(row)]
    except csv.Error:
        raise ValueError(f"{path} is not a CSV file") from None


def _check_names(path: Path, header: Sequence[str]) -> None:
    for name in header:
        if header.count(name) > 1:
            raise ValueError(f"{path} has two columns named {name}")
        if name in REPORTED:
            raise ValueError(f"{path}: a cost cannot be named {name}, the report has one")
        if not (name.isprintable() and 1 <= len(name) <= MOST_LETTERS):
            raise ValueError(
                f"{path} has a column named {name!r}, a name has 1..{MOST_LETTERS} letters that can be shown"
            )
        field = next((known for known in _FIELDS if _plain(name) == _plain(known) != name), name)
        if field != name:
            raise ValueError(f"{path} has a column {name!r}, write {field}")


def _plain(name: str) -> str:
    """Return a name without case, blanks and punctuation, in which it may differ by mistake."""
    return re.sub(r"[\W_]", "", name).casefold()


def _rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], n_fields: int) -> list[list[Any]]:
    """Return the values of all rows, each of a configuration of its own."""
    found: dict[tuple[Value, ...], list[Any]] = {}
    for row in rows:
        values = _row(path, header, row, n_fields)
        configuration = tuple(values[:n_fields])
        if configuration in found:
            raise ValueError(f"{path}: {','.join(row)!r} is of the same configuration as another row")
        found[configuration] = values
    return list(found.values())


def _row(path: Path, header: Sequence[str], row: Sequence[str], n_fields: int) -> list[Any]:
    if len(row) != len(header):
        raise ValueError(
            f"{path}: {','.join(row)!r} does not have the {len(header)} columns of the first line"
        )
    own = [value_of(cell) for cell in row[:n_fields]]
    if not all(isinstance(value, Value) for value in own):
        raise ValueError(f"{path}: {','.join(row)!r} has a field that is neither a number nor a word")
    try:
        return [*own, *map(_number, row[n_fields:])]
    except ValueError:
        raise ValueError(
            f"{path}: {','.join(row)!r} has a cost that is not a number in -{MOST:g}..{MOST:g}"
        ) from None


def _number(text: str) -> float:
    number = float(text)
    if not abs(number) <= MOST:
        raise ValueError
    return number
