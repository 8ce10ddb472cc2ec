"""The text format of the published data: labelled samples that all have the same `target_start`.

::

    50                number of samples
    30, 8             an event: line, millisecond (one tick is one millisecond)
    -2, 1             the label; the target is valid from here on
    26, 2100
    -1, 2250          the end of the sample: its number of ticks

The row with the label stands between two events and has no time of its own: `target_start` is the
one tick that fits all samples of the file.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from golden_model.files import reading
from golden_model.files.files import write_atomically
from golden_model.samples.samples import Sample, check_ticks

_LABEL, _END = -2, -1
_DIGITS = 7
_NUMBER = rf"\s*(-?\d{{1,{_DIGITS}}})\s*"
_ROW = re.compile(f"{_NUMBER},{_NUMBER}".encode())


@dataclass
class _Block:
    """One sample as it stands in a text file."""

    events: list[tuple[int, int]] = field(default_factory=list)
    label: int | None = None
    label_row: int = 0
    n_before: int = 0
    n_ticks: int = 0

    @property
    def last_tick(self) -> int:
        return self.events[-1][0] if self.events else -1

    @property
    def start_limits(self) -> tuple[int, int]:
        """The ticks at which the target may become valid, given the events around the label."""
        low = self.events[self.n_before - 1][0] + 1 if self.n_before else 0
        high = self.events[self.n_before][0] if self.n_before < len(self.events) else self.n_ticks - 1
        return low, high


def read_text(
    path: str | os.PathLike[str], target_start: int | None = None, default_start: int | None = None
) -> list[Sample]:
    """Read a text file of samples.

    Parameters
    ----------
    path : path-like
    target_start : int, optional
        First tick with a valid target; needed only where the events leave it open.
    default_start : int, optional
        The same, but used only where the events leave it open.

    Raises
    ------
    ValueError
        If the file is truncated, unordered, not of this format or out of range, or leaves
        `target_start` open; the sentence names file and line.
    OSError
        If the file cannot be read.
    """
    blocks = _read_blocks(path)
    with reading.naming(path):
        check_ticks(sum(block.n_ticks for block in blocks))
    start = _common_start(path, blocks, target_start, default_start)
    with reading.naming(path):
        return [Sample(block.events, block.n_ticks, block.label, target_start=start) for block in blocks]


def _read_blocks(path: str | os.PathLike[str]) -> list[_Block]:
    rows = reading.read_text(path).encode().splitlines()
    if not rows or not re.fullmatch(rb"\s*\d{1,7}\s*", rows[0]):
        raise ValueError(f"{path}, line 1: the number of samples is missing")
    blocks, block = [], _Block()
    for number, key, value in _pairs(path, rows):
        try:
            _take(block, number, key, value)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        if key == _END:
            blocks.append(block)
            block = _Block()
    if block != _Block():
        raise ValueError(f"{path}, line {len(rows)}: the file ends within a sample")
    if len(blocks) != int(rows[0]):
        raise ValueError(f"{path}, line {len(rows)}: {int(rows[0])} samples announced, {len(blocks)} found")
    return blocks


def _pairs(path: str | os.PathLike[str], rows: list[bytes]) -> Iterator[tuple[int, int, int]]:
    for number, row in enumerate(rows[1:], start=2):
        match = _ROW.fullmatch(row)
        if match:
            yield number, int(match[1]), int(match[2])
        elif row.strip():
            text = row[:40].decode("ascii", "replace")
            raise ValueError(f"{path}, line {number}: {text!r} is not two integers of up to {_DIGITS} digits")


def _take(block: _Block, number: int, key: int, value: int) -> None:
    """Add one row to a block."""
    if key == _LABEL:
        if block.label is not None:
            raise ValueError("a second label in one sample")
        if value < 0:
            raise ValueError(f"label {value} is negative")
        block.label, block.label_row, block.n_before = value, number, len(block.events)
    elif key == _END:
        if block.label is None:
            raise ValueError("the sample ends without a label")
        if value <= max(block.last_tick, 1):
            raise ValueError(
                f"{value} ticks are not at least 2 and more than the last event's {block.last_tick}"
            )
        block.n_ticks = value
    else:
        if key < 0:
            raise ValueError(f"line {key} is neither an input line nor -2 or -1")
        if value < max(block.last_tick, 0):
            raise ValueError(f"millisecond {value} comes after {max(block.last_tick, 0)}")
        block.events.append((value, key))


def _common_start(
    path: str | os.PathLike[str], blocks: list[_Block], target_start: int | None, default: int | None = None
) -> int:
    """Return the one tick from which the target of every sample may be valid."""
    low, high = (0, np.iinfo(np.int64).max) if target_start is None else (target_start, target_start)
    for block in blocks:
        first, last = block.start_limits
        low, high = max(low, first), min(high, last)
        if low > high:
            others = "the other samples" if target_start is None else f"target_start = {target_start}"
            place = f"{path}, line {block.label_row}"
            raise ValueError(f"{place}: a target valid from ticks {first}..{last} does not fit {others}")
    if blocks and low < high:
        if default is not None:
            return _common_start(path, blocks, default)
        raise ValueError(f"{path}: the target may become valid in ticks {low}..{high}, give target_start")
    return int(low)


def write_text(path: str | os.PathLike[str], samples: Sequence[Sample]) -> None:
    """Write labelled samples as text, whole or not at all.

    Raises
    ------
    ValueError
        If a sample has no label, a number is too long, or the samples differ in `target_start`.
    """
    if len({sample.target_start for sample in samples}) > 1:
        raise ValueError("a text file has one target_start for all samples, write .npz")
    rows = [str(len(samples))]
    for index, sample in enumerate(samples):
        if sample.label is None:
            raise ValueError(f"sample {index} has no label, which a text file needs: write .npz")
        if max(sample.n_ticks, sample.max_line, sample.label) >= 10**_DIGITS:
            raise ValueError(f"sample {index} has a number of more than {_DIGITS} digits: write .npz")
        before = int(sample.offsets[sample.target_start])
        events = [f"{line}, {tick}" for tick, line in sample.events.tolist()]
        label, end = f"{_LABEL}, {sample.label}", f"{_END}, {sample.n_ticks}"
        rows += [*events[:before], label, *events[before:], end]
    write_atomically(path, "".join(f"{row}\r\n" for row in rows).encode("ascii"))
