"""The report of a sweep or a search: findings, a table, configuration files, and the page that shows them."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

import golden_model
from golden_model.files import write_atomically
from golden_model.parameters import write_network
from golden_model.studies.costs import MEMORY_BITS, CostTable
from golden_model.studies.findings import Findings, Point, confidence_interval, mean
from golden_model.studies.page import Page, Picture, write_page
from golden_model.studies.pictures import pareto_pictures, sweep_pictures
from golden_model.studies.plan import CORE, PUBLISHED, REFERENCE, Job, Plan, Values
from golden_model.studies.search import front
from golden_model.studies.storage import Outcome

POINTS, BEST, TRIALS = "points", "best.toml", "trials.parquet"


@dataclass(frozen=True)
class Report:
    """What is to be said of a study.

    Attributes
    ----------
    plan : Plan
    points : sequence of mapping
        In the order of the table.
    outcomes : mapping of str to Outcome
        Of all trainings, by key.
    costs : CostTable
    command : str
        With which the study was begun.
    """

    plan: Plan
    points: Sequence[Values]
    outcomes: Mapping[str, Outcome]
    costs: CostTable
    command: str

    def write(self, folder: Path) -> None:
        """Write all files of the report, the page last.

        Raises
        ------
        OSError
            A file cannot be written.
        """
        (folder / POINTS).mkdir(parents=True, exist_ok=True)
        for point, values in zip(self.findings.points, self.points, strict=True):
            if point.link is not None:
                setting = self.plan.setting(CORE, values)
                write_network(folder / point.link, setting.config, setting.parameters)
        if self.best is not None and self.best.link is not None:
            write_atomically(folder / BEST, (folder / self.best.link).read_bytes())
        write_atomically(folder / TRIALS, self._trials())
        write_page(folder, self.page())

    @cached_property
    def findings(self) -> Findings:
        """What was found of every point."""
        shown = [self._point(number, values) for number, values in enumerate(self.points)]
        published = self.plan.setting(PUBLISHED, {}).config
        references = self.plan.references(self.points)
        return Findings(
            {axis.label: axis.values for axis in self.plan.axes},
            shown,
            ceiling=self._scores(REFERENCE, references[0]) if len(references) == 1 else (),
            published=self._scores(PUBLISHED, {}),
            published_costs=self.costs.of(published),
        )

    @property
    def best(self) -> Point | None:
        """The most accurate point, of several the one with the least memory; None if all failed."""
        scored = [point for point in self.findings.points if point.scores]
        return max(scored, key=lambda point: (point.accuracy, -point.costs[MEMORY_BITS]), default=None)

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Trainings that failed, and why."""
        jobs = {key: Job.of_key(key) for key, outcome in self.outcomes.items() if outcome.error}
        return [
            {"network": job.network, **job.values, "seed": job.seed, "error": self.outcomes[key].error}
            for key, job in jobs.items()
        ]

    @property
    def summary(self) -> str:
        """The result in a sentence or two."""
        if self.best is None:
            return "All trainings failed."
        values = ", ".join(f"{name} = {value}" for name, value in self.best.values.items())
        text = f"The best of {len(self.points)} points has {values}: {_percent(self.best.scores)}. "
        text += f"The published setting has {_percent(self.findings.published)}"
        if self.findings.ceiling:
            text += f", the float reference {_percent(self.findings.ceiling)}"
        return f"{text}. Test accuracy after epoch {self.plan.epochs}, mean of {self.plan.seeds} seeds."

    def page(self) -> Page:
        """Return the page."""
        labels = [axis.label for axis in self.plan.axes]
        costs = dict.fromkeys(name for point in self.findings.points for name in point.costs)
        columns = [
            "point",
            *labels,
            "accuracy",
            "ci_low",
            "ci_high",
            "seeds",
            "reference",
            *costs,
            "configuration",
        ]
        return Page(
            title=f"{self.plan.kind.capitalize()} study of {self.plan.task}",
            command=self.command,
            summary=self.summary,
            pictures=self._pictures(),
            columns=columns,
            rows=[self._row(number, point) for number, point in enumerate(self.findings.points)],
            facts=self._facts(),
            link="configuration",
            failures=self.failures,
        )

    def _point(self, number: int, values: Values) -> Point:
        scores = self._scores(CORE, values)
        try:
            config = self.plan.setting(CORE, values).config
        except ValueError:  # the trainings say why
            return Point(values, scores)
        link = f"{POINTS}/{number:04}.toml"
        return Point(values, scores, self.costs.of(config), link, number in self._front)

    @cached_property
    def _front(self) -> set[int]:
        """Numbers of the points on the Pareto front; none in a grid."""
        names = self.plan.search.get("objectives", ())
        objectives = {}
        for number, values in enumerate(self.points if names else ()):
            if scores := self._scores(CORE, values):
                costs = self.costs.of(self.plan.setting(CORE, values).config)
                objectives[number] = (mean(scores), *(costs[name] for name in names))
        return front(objectives)

    def _scores(self, network: str, values: Values) -> list[float]:
        """Return the test accuracies after the last epoch, those of the seeds that did not fail."""
        outcomes = [self.outcomes.get(Job(network, values, seed).key) for seed in range(self.plan.seeds)]
        return [one.accuracies["test"][-1] for one in outcomes if one is not None and one.accuracies]

    def _row(self, number: int, point: Point) -> dict[str, Any]:
        low, high = confidence_interval(point.scores) or (None, None)
        (reference,) = self.plan.references([point.values])
        ceiling = self._scores(REFERENCE, reference)
        return {
            "point": number,
            **point.values,
            "accuracy": mean(point.scores) if point.scores else None,
            "ci_low": low,
            "ci_high": high,
            "seeds": len(point.scores),
            "reference": mean(ceiling) if ceiling else None,
            **{name: int(cost) if cost.is_integer() else cost for name, cost in point.costs.items()},
            "configuration": point.link,
        }

    def _pictures(self) -> list[Picture]:
        if self.plan.search:
            return pareto_pictures(self.findings)
        return [*sweep_pictures(self.findings), *self._reference_pictures()]

    def _reference_pictures(self) -> list[Picture]:
        """Return pictures of the float reference, where it depends on what was swept."""
        references = self.plan.references(self.points)
        if len(references) == 1:
            return []
        axes = {axis.label: axis.values for axis in self.plan.axes if axis.label in references[0]}
        points = [Point(values, self._scores(REFERENCE, values)) for values in references]
        return [
            Picture(f"reference_{one.name}", f"Float reference. {one.caption}", one.figure)
            for one in sweep_pictures(Findings(axes, points))
        ]

    def _facts(self) -> dict[str, str]:
        plan, packages = self.plan, ("numpy", "numba", "optuna")
        return {
            "task": plan.task,
            "fixed": ", ".join(plan.fixed) or "nothing",
            "registers keep the range of traces": "yes" if plan.keep_range else "no",
            "epochs": str(plan.epochs),
            "samples": f"{plan.n_train} for training, {plan.n_test} for test",
            "seeds": f"0..{plan.seeds - 1}, of weights and samples",
            **{f"search: {name}": str(value) for name, value in plan.search.items() if name != "costs"},
            "trainings": f"{len(self.outcomes)}, of which {len(self.failures)} failed",
            "eprop-core": golden_model.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in packages},
        }

    def _trials(self) -> bytes:
        """Return every training and epoch as Parquet."""
        labels = [axis.label for axis in self.plan.axes]
        rows = [
            {
                "network": job.network,
                **{label: job.values.get(label) for label in labels},
                "seed": job.seed,
                "epoch": epoch,
                "train": train,
                "test": test,
            }
            for job, outcome in ((Job.of_key(key), one) for key, one in self.outcomes.items())
            for epoch, (train, test) in enumerate(zip(*outcome.accuracies.values(), strict=True), 1)
        ]
        sink = pa.BufferOutputStream()
        pyarrow.parquet.write_table(pa.Table.from_pylist(rows), sink)
        return bytes(sink.getvalue())


def _percent(scores: Sequence[float]) -> str:
    """Return a mean accuracy with its confidence interval."""
    if not scores:
        return "no accuracy"
    interval = confidence_interval(scores)
    within = f" ({interval[0]:.1%} to {interval[1]:.1%})" if interval else ""
    return f"{mean(scores):.1%}{within}"
