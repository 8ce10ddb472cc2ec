"""What the trainings of a study say of its points: accuracies, the best, the front, what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from golden_model.network.scaling import losses, scale
from golden_model.studies.page.findings import Findings, Point, mean
from golden_model.studies.sweep.costs import MEMORY_BITS, CostTable
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job, Plan, Values
from golden_model.studies.sweep.search import front
from golden_model.studies.sweep.storage import Outcome

POINTS = "points"  # the folder of their configurations


@dataclass(frozen=True)
class Scores:
    """The outcomes of a study by point.

    Attributes
    ----------
    plan : Plan
    points : sequence of mapping
        In the order of the table.
    outcomes : mapping of str to Outcome
        Of all trainings, by key.
    costs : CostTable
    """

    plan: Plan
    points: Sequence[Values]
    outcomes: Mapping[str, Outcome]
    costs: CostTable

    def of(self, network: str, values: Values) -> list[float]:
        """Return the test accuracies after the last epoch, those of the seeds that did not fail."""
        outcomes = [self.outcomes.get(Job(network, values, seed).key) for seed in range(self.plan.seeds)]
        return [one.accuracies["test"][-1] for one in outcomes if one is not None and one.accuracies]

    def of_reference(self, values: Values) -> list[float]:
        """Return the accuracies of the float reference of a point."""
        (reference,) = self.plan.references([values])
        return self.of(REFERENCE, reference)

    def of_published(self, values: Values) -> list[float]:
        """Return the accuracies of the published setting in the task of a point."""
        (published,) = self.plan.published([values])
        return self.of(PUBLISHED, published)

    def losses(self, values: Values) -> list[str]:
        """Return what the widths of a point take away from its network."""
        setting = self.plan.setting(CORE, values)
        network = setting.config, setting.parameters
        return losses(*network, scale(*network))

    @cached_property
    def findings(self) -> Findings:
        """What was found of every point."""
        references, published = self.plan.references(self.points), self.plan.published(self.points)
        published_is_one = len(published) == 1
        return Findings(
            {axis.label: axis.values for axis in self.plan.axes},
            [self._point(number, values) for number, values in enumerate(self.points)],
            ceiling=self.of(REFERENCE, references[0]) if len(references) == 1 else (),
            published=self.of(PUBLISHED, published[0]) if published_is_one else (),
            published_costs=self._published_costs(published[0]) if published_is_one else {},
        )

    @property
    def best(self) -> Point | None:
        """The most accurate point, of several the one with the least memory; None if each has failures."""
        complete = [point for point in self.findings.points if self._is_complete(point.scores)]
        return max(complete, key=lambda point: (point.accuracy, -point.costs[MEMORY_BITS]), default=None)

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Trainings that failed, and why."""
        jobs = {key: Job.of_key(key) for key, outcome in self.outcomes.items() if outcome.error}
        return [
            {"network": job.network, **job.values, "seed": job.seed, "error": self.outcomes[key].error}
            for key, job in jobs.items()
        ]

    @property
    def epochs(self) -> list[dict[str, Any]]:
        """Every epoch of every training that did not fail."""
        return [
            {
                "network": job.network,
                **job.values,
                "seed": job.seed,
                "epoch": epoch,
                "train": train,
                "test": test,
            }
            for job, outcome in ((Job.of_key(key), one) for key, one in self.outcomes.items())
            for epoch, (train, test) in enumerate(zip(*outcome.accuracies.values(), strict=True), 1)
        ]

    def _is_complete(self, scores: Sequence[float]) -> bool:
        """Tell whether no seed failed: a mean of those that were lucky is no match for one of all."""
        return len(scores) == self.plan.seeds

    def _published_costs(self, values: Values) -> dict[str, float]:
        return self.costs.of(self.plan.setting(PUBLISHED, values).config)

    def _point(self, number: int, values: Values) -> Point:
        scores = self.of(CORE, values)
        try:
            self.losses(values)
        except ValueError:  # no core has these values, the trainings say why
            return Point(values, scores)
        costs = self.costs.of(self.plan.setting(CORE, values).config)
        return Point(values, scores, costs, f"{POINTS}/{number:04}.toml", number in self._front)

    @cached_property
    def _front(self) -> set[int]:
        """Numbers of the points on the Pareto front; none in a grid."""
        names = self.plan.search.get("objectives", ())
        objectives = {}
        for number, values in enumerate(self.points if names else ()):
            if self._is_complete(scores := self.of(CORE, values)):
                costs = self.costs.of(self.plan.setting(CORE, values).config)
                objectives[number] = (mean(scores), *(costs[name] for name in names))
        return front(objectives)
