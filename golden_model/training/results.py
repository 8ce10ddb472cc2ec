"""What came out of a training: settings, accuracies, and a row per sample."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from pandas import DataFrame


class Row(TypedDict):
    """One sample of a run: `set` is train or test, `epoch` counts from 1, `sample` from 0."""

    epoch: int
    set: str
    sample: int
    label: int | None
    inference: int | None
    weights_sha256: str


@dataclass
class Results:
    """What `results.json` holds.

    Attributes
    ----------
    settings : dict
        All that decides the bits of the run.
    versions : dict of str to str
        Of the software that computed the last epoch.
    wall_seconds : float
        Time spent on the epochs so far.
    accuracy : dict of str to list of float
        Accuracy 0..1 of every epoch in training (while learning) and test.
    rows : list of Row
        Every sample so far, in order.
    """

    settings: dict[str, Any]
    versions: dict[str, str] = field(default_factory=dict)
    wall_seconds: float = 0.0
    accuracy: dict[str, list[float]] = field(default_factory=lambda: {"train": [], "test": []})
    rows: list[Row] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(self.accuracy["test"])

    def __repr__(self) -> str:
        last = f", test accuracy {self.accuracy['test'][-1]:.1%}" if self.epochs else ""
        return f"<Results: {self.settings.get('task')}, {self.epochs} epochs, {len(self.rows)} samples{last}>"

    def to_frame(self) -> "DataFrame":
        """Return the rows as a pandas DataFrame, one per sample, with the columns of `Row`.

        label and inference are nullable integers (Int64): NA in a regression.

        Raises
        ------
        ValueError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise ValueError("a frame needs pandas: pip install -e '.[frame]' in the checkout") from None
        frame = pd.DataFrame(self.rows, columns=list(Row.__annotations__))
        return frame.astype({"epoch": "int64", "sample": "int64", "label": "Int64", "inference": "Int64"})


def is_sound(results: Results) -> bool:
    """Tell whether everything that others look up in the results is there."""
    settings, accuracy = results.settings, results.accuracy
    train, test, rows = accuracy["train"], accuracy["test"], results.rows
    return (
        isinstance(settings["task"], str)
        and isinstance(settings["task_parameters"], dict)
        and isinstance(settings["target_start"], int | None)
        and isinstance(results.wall_seconds, int | float)
        and all(isinstance(items, list) for items in (train, test, rows))
        and len(train) == len(test)
        and all(isinstance(share, int | float) for share in (*train, *test))
        and all(_is_row(row) for row in rows)
    )


def _is_row(row: object) -> bool:
    """Tell whether something is a Row."""
    return (
        isinstance(row, dict)
        and row.keys() == Row.__annotations__.keys()
        and all(_is_integer(row[name]) for name in ("epoch", "sample"))
        and all(row[name] is None or _is_integer(row[name]) for name in ("label", "inference"))
        and all(isinstance(row[name], str) for name in ("set", "weights_sha256"))
    )


def _is_integer(value: object) -> bool:
    """Tell whether something is an integer of at most 63 bits; truth values are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
