"""What a study found: the accuracies of every point of a sweep, and what they are compared with."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from scipy.special import stdtrit

from golden_model.network.values import Value


@dataclass(frozen=True)
class Point:
    """One point of a sweep.

    Attributes
    ----------
    values : mapping of str to value
        The swept names, in order.
    scores : sequence of float
        Accuracy 0..1 of each seed that is complete.
    costs : mapping of str to float
        Such as memory_bits.
    link : str, optional
        Path of its configuration file, relative to the report.
    front : bool
        Whether no other point is better in one respect and as good in all others.
    """

    values: Mapping[str, Value]
    scores: Sequence[float]
    costs: Mapping[str, float] = field(default_factory=dict)
    link: str | None = None
    front: bool = False

    @property
    def accuracy(self) -> float:
        """Mean of the scores, NaN without any."""
        return mean(self.scores)


@dataclass(frozen=True)
class Findings:
    """The points of a sweep.

    Attributes
    ----------
    axes : mapping of str to sequence of value
        The values of every swept name.
    points : sequence of Point
    ceiling : sequence of float
        Accuracies of the float reference, one per seed; may be empty.
    published : sequence of float
        Those of the published setting.
    published_costs : mapping of str to float
        What the published setting costs, where that is known.

    Raises
    ------
    ValueError
        If a point does not lie on the axes, two have the same values, or an accuracy is outside 0..1.
    """

    axes: Mapping[str, Sequence[Value]]
    points: Sequence[Point]
    ceiling: Sequence[float] = ()
    published: Sequence[float] = ()
    published_costs: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for point in self.points:
            if set(point.values) != set(self.axes):
                raise ValueError(
                    f"a point has values of {', '.join(point.values)}, not {', '.join(self.axes)}"
                )
            for name, value in point.values.items():
                if value not in self.axes[name]:
                    raise ValueError(f"{name} = {value!r} is not on its axis")
        if len(self._index) < len(self.points):
            raise ValueError("two points have the same values")
        for score in (*self.ceiling, *self.published, *(one for each in self.points for one in each.scores)):
            if not 0 <= score <= 1:
                raise ValueError(f"accuracy {score} is outside 0..1")

    @cached_property
    def _index(self) -> Mapping[tuple[Value, ...], Point]:
        return {tuple(point.values[name] for name in self.axes): point for point in self.points}

    def at(self, values: Mapping[str, Value]) -> Point | None:
        """Return the point with these values of all swept names, if it was tried."""
        return self._index.get(tuple(values[name] for name in self.axes))


def mean(scores: Sequence[float]) -> float:
    """Return the mean, NaN without scores."""
    return statistics.fmean(scores) if scores else math.nan


def confidence_interval(scores: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95% confidence interval of the mean of accuracies by Student's t, within 0..1.

    None with less than two scores, of which nothing is known.
    """
    if len(scores) < 2:
        return None
    centre = statistics.fmean(scores)
    half = float(stdtrit(len(scores) - 1, 0.975)) * statistics.stdev(scores) / math.sqrt(len(scores))
    return max(0.0, centre - half), min(1.0, centre + half)
