"""A sweep as large as those that are run, with made-up accuracies."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from golden_model.studies.page.findings import Findings, Point, confidence_interval
from golden_model.studies.page.page import Page
from golden_model.studies.page.pictures import pareto_pictures, sweep_pictures

HOSTILE = "</script><script>alert('x')</script> & <img src=x onerror=alert(1)> \"quoted\""
CEILING, PUBLISHED = (0.96, 0.97, 0.98), (0.92, 0.93, 0.925)
AXES: dict[str, Any] = {
    "weight_bits": [3, 4, 5, 6, 7, 8, 9, 10],
    "trace_bits": [4, 5, 6, 7, 8, 10],
    "rounding": ["stochastic", "nearest"],
}


def grid() -> Findings:
    """Return 8 x 6 x 2 points of three seeds; one has no result."""
    rng, points = np.random.default_rng(1), []
    for weight_bits, trace_bits, rounding in itertools.product(*AXES.values()):
        best = 0.96 - 0.4 * np.exp(-(weight_bits - 3) / 2) - 0.1 * np.exp(4 - trace_bits)
        scores = best - 0.1 * (rounding == "nearest") + rng.uniform(-0.02, 0.02, 3)
        values = {"weight_bits": weight_bits, "trace_bits": trace_bits, "rounding": rounding}
        link = f"configurations/{weight_bits} {trace_bits} {rounding}.toml"
        points.append(Point(values, () if len(points) == 3 else tuple(map(float, scores)), link=link))
    return Findings(AXES, points, CEILING, PUBLISHED)


def search() -> Findings:
    """Return 60 points with two costs, of which those on the front of both are marked."""
    rng, points = np.random.default_rng(2), []
    for number in range(60):
        bits, scores = int(rng.integers(2, 40)), rng.uniform(-0.02, 0.02, 3)
        scores += 0.96 - 0.4 * np.exp(-bits / 8) - rng.uniform(0, 0.1)
        costs = {"memory_bits": 1e4 * bits, "cycles": float(rng.integers(1000, 90000))}
        link = f"configurations/{number}.toml"
        points.append(Point({"weight_bits": bits, "trial": number}, tuple(map(float, scores)), costs, link))
    marked = [
        Point(one.values, one.scores, one.costs, one.link, not any(beats(two, one) for two in points))
        for one in points
    ]
    axes = {name: sorted({one.values[name] for one in points}) for name in ("weight_bits", "trial")}
    return Findings(axes, marked, CEILING, PUBLISHED, {"memory_bits": 88000.0})


def beats(one: Point, other: Point) -> bool:
    """Return whether one point is as good in every respect and better in one."""
    pairs = [(-one.accuracy, -other.accuracy), *((one.costs[name], other.costs[name]) for name in one.costs)]
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def row(point: Point) -> dict[str, Any]:
    """Return the row of a point in the table."""
    low, high = confidence_interval(point.scores) or (None, None)
    return {
        **{name: point.values.get(name) for name in ("weight_bits", "trace_bits", "rounding")},
        "accuracy": point.accuracy if point.scores else None,
        "low": low,
        "high": high,
        "memory_bits": point.costs.get("memory_bits"),
        "front": point.front,
        "configuration": point.link,
    }


def page() -> Page:
    """Return a page of both sweeps, with 240 rows in an order that is none of any column."""
    points = [*grid().points, *search().points]
    rows = [row(points[int(index)]) for index in np.random.default_rng(3).integers(0, len(points), 240)]
    return Page(
        title="Widths of cue accumulation",
        command=f"eprop study grid {'weight_bits=3..10 ' * 9}--storage sqlite:///{'folder/' * 20}study.db",
        summary="Weights of 8 bits are within 1% of the float reference.",
        pictures=[*sweep_pictures(grid()), *pareto_pictures(search())],
        columns=list(rows[0]),
        rows=rows,
        facts={"seeds": "0, 1, 2", "numpy": "2.3.1"},
        link="configuration",
        failures=[{"weight_bits": 2, "error": HOSTILE}],
    )


def write_configurations(folder: Path) -> None:
    """Write the files that the points lead to."""
    (folder / "configurations").mkdir(parents=True)
    for point in (*grid().points, *search().points):
        assert point.link is not None
        (folder / point.link).write_text("[config]\n")
