"""The report of a sweep or a search: summary, table, configuration files, and the page that shows them."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from golden_model.files.files import write_atomically
from golden_model.network.parameters import write_network
from golden_model.studies.page.findings import Findings, Point, confidence_interval, mean
from golden_model.studies.page.page import Illustration, Page, array_of, write_page, write_results
from golden_model.studies.page.pictures import pareto_pictures, sweep_pictures
from golden_model.studies.sweep.plan import CORE, REFERENCE
from golden_model.studies.sweep.scores import POINTS, Scores
from golden_model.studies.sweep.trial import VERSIONS

BEST, TRIALS = "best.toml", "trials.parquet"
EXACT = 2**53  # below which a float has every integer
OF_TRAININGS = ("network", "seed", "epoch", "train", "test")  # columns next to the axes


@dataclass(frozen=True)
class Report:
    """What is to be said of a study.

    Attributes
    ----------
    scores : Scores
    command : str
        With which the study was begun.
    """

    scores: Scores
    command: str

    def write(self, folder: Path) -> None:
        """Write all files of the report: the results first, whatever becomes of pictures, and the page last.

        Raises
        ------
        OSError
            A file cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / TRIALS, self._trials())
        write_results(folder, self._page())
        self._write_points(folder)
        write_page(folder, self.page())

    def _write_points(self, folder: Path) -> None:
        """Write the configuration of every point that a core can have, and that of the best."""
        (folder / POINTS).mkdir(exist_ok=True)
        for point in self.scores.findings.points:
            if point.link is not None:
                setting = self.scores.plan.setting(CORE, point.values)
                write_network(folder / point.link, setting.config, setting.parameters)
        best = self.scores.best
        if best is not None and best.link is not None:
            write_atomically(folder / BEST, (folder / best.link).read_bytes())

    @property
    def summary(self) -> str:
        """The result in a sentence or two."""
        plan, findings, best = self.scores.plan, self.scores.findings, self.scores.best
        if best is None:
            trained = any(point.scores for point in findings.points)
            return "Every point has trainings that failed." if trained else "All trainings failed."
        values = ", ".join(f"{name} = {value}" for name, value in best.values.items())
        text = f"The best of {len(findings.points)} points has {values}: {_percent(best.scores)}. "
        if len(plan.published(self.scores.points)) == 1:  # it depends on less than the reference
            text += f"The published setting has {_percent(findings.published)}"
            text += f", the float reference {_percent(findings.ceiling)}. " if findings.ceiling else ". "
        return f"{text}Test accuracy after epoch {plan.epochs}, mean of {plan.seeds} seeds."

    def page(self) -> Page:
        """Return the page."""
        return replace(self._page(), pictures=self._pictures())

    def _page(self) -> Page:
        """Return the page without pictures."""
        plan, points = self.scores.plan, self.scores.findings.points
        rows = [self._row(number, point) for number, point in enumerate(points)]
        return Page(
            title=f"{plan.kind.capitalize()} study of {plan.task}",
            command=self.command,
            summary=self.summary,
            pictures=(),
            columns=max(map(list, rows), key=len),  # a point that no core can have has no costs
            rows=rows,
            facts=self._facts(),
            link="configuration",
            failures=self.scores.failures,
        )

    def _row(self, number: int, point: Point) -> dict[str, Any]:
        low, high = confidence_interval(point.scores) or (None, None)
        ceiling, published = self.scores.of_reference(point.values), self.scores.of_published(point.values)
        return {
            "point": number,
            **point.values,
            "accuracy": mean(point.scores) if point.scores else None,
            "ci_low": low,
            "ci_high": high,
            "seeds": len(point.scores),
            "reference": mean(ceiling) if ceiling else None,
            "published": mean(published) if published else None,
            **{name: _whole(cost) for name, cost in point.costs.items()},
            "lost": "; ".join(self.scores.losses(point.values)) if point.link else "",
            "configuration": point.link,
        }

    def _pictures(self) -> list[Illustration]:
        findings = self.scores.findings
        if self.scores.plan.search:
            return pareto_pictures(findings)
        return [*sweep_pictures(findings), *self._reference_pictures()]

    def _reference_pictures(self) -> list[Illustration]:
        """Return pictures of the float reference, where it depends on what was swept."""
        plan = self.scores.plan
        references = plan.references(self.scores.points)
        if len(references) == 1:
            return []
        axes = {axis.label: axis.values for axis in plan.axes if axis.label in references[0]}
        points = [Point(values, self.scores.of(REFERENCE, values)) for values in references]
        return [
            Illustration(f"reference_{one.name}", f"Float reference. {one.caption}", one.figure)
            for one in sweep_pictures(Findings(axes, points))
        ]

    def _facts(self) -> dict[str, str]:
        plan, scores = self.scores.plan, self.scores
        return {
            "task": plan.task,
            "fixed": ", ".join(plan.fixed) or "nothing",
            "registers keep the range of traces": "yes" if plan.keep_range else "no",
            "epochs": str(plan.epochs),
            "samples": f"{plan.n_train} for training, {plan.n_test} for test",
            "seeds": f"0..{plan.seeds - 1}, of weights and samples",
            **{f"search: {name}": str(value) for name, value in plan.search.items() if name != "costs"},
            "trainings": f"{len(scores.outcomes)}, of which {len(scores.failures)} failed",
            **{name: self._versions(name) for name in VERSIONS},
            "python": platform.python_version(),
            "optuna": version("optuna"),
        }

    def _versions(self, name: str) -> str:
        """Return all versions of a package that took part, the present one if none is known."""
        found = {one.versions[name] for one in self.scores.outcomes.values() if name in one.versions}
        return ", ".join(sorted(found)) or VERSIONS[name]

    def _trials(self) -> bytes:
        """Return every epoch of every training as Parquet."""
        labels = [axis.label for axis in self.scores.plan.axes]
        names = ["network", *labels, "seed", "epoch", "train", "test"]
        rows = self.scores.epochs
        sink = pa.BufferOutputStream()
        table = pa.table({name: array_of([row.get(name) for row in rows]) for name in names})
        pyarrow.parquet.write_table(table, sink)
        return bytes(sink.getvalue())


def _whole(cost: float) -> int | float:
    """Return a cost as an integer if it is one and small enough to be exact."""
    return int(cost) if cost.is_integer() and abs(cost) < EXACT else cost


def _percent(scores: Sequence[float]) -> str:
    """Return a mean accuracy with its confidence interval."""
    if not scores:
        return "no accuracy"
    interval = confidence_interval(scores)
    within = f" ({interval[0]:.1%} to {interval[1]:.1%})" if interval else ""
    return f"{mean(scores):.1%}{within}"
