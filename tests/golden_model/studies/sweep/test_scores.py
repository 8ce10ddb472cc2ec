"""What the trainings of a study say of its points, by hand from made-up outcomes."""

import pytest

from golden_model.network.config import Config
from golden_model.network.memory import memory_bits
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job
from golden_model.studies.sweep.storage import Outcome
from tests.golden_model.studies.outcomes import ACCURACIES, make_outcomes, make_plan, make_scores, outcome

SIZES = {"n_in": 8, "n_rec": 8, "n_out": 2}


def memory(weight: int, trace: int) -> int:
    widths = {"weight_bits": weight, "trace_in_bits": trace, "trace_rec_bits": trace, "trace_out_bits": trace}
    return sum(memory_bits(Config(**SIZES, **widths)).values())


def test_accuracies_of_the_seeds() -> None:
    scores = make_scores()
    assert scores.of(CORE, {"weight_bits": 6, "trace_bits": 12}) == [0.5, 0.75, 1.0]
    assert scores.of(CORE, {"weight_bits": 8, "trace_bits": 8}) == [0.25, 0.75]  # a seed failed
    assert scores.of(REFERENCE, {}) == [1.0, 1.0, 0.7]
    assert scores.of_reference({"weight_bits": 6, "trace_bits": 12}) == [1.0, 1.0, 0.7]
    assert scores.of(PUBLISHED, {}) == [0.6, 0.6, 0.6]


def test_findings() -> None:
    findings = make_scores().findings
    assert findings.axes == {"weight_bits": (6, 8), "trace_bits": (8, 12)}
    assert [tuple(point.values.values()) for point in findings.points] == list(ACCURACIES)
    assert [point.scores for point in findings.points] == [
        [0.5, 0.5, 0.5],
        [0.5, 0.75, 1.0],
        [0.25, 0.75],
        [0.75, 0.75, 0.75],
    ]
    assert [point.costs for point in findings.points] == [{"memory_bits": memory(*key)} for key in ACCURACIES]
    assert [point.link for point in findings.points] == [f"points/000{n}.toml" for n in range(4)]
    assert not any(point.front for point in findings.points)  # a grid has none
    assert (findings.ceiling, findings.published) == ([1.0, 1.0, 0.7], [0.6, 0.6, 0.6])
    published = sum(memory_bits(Config(**SIZES)).values())
    assert findings.published_costs == {"memory_bits": published}


def test_no_ceiling_where_the_reference_depends_on_the_point() -> None:
    plan = make_plan("grid", "weight_bits=6,8", "lr_p_winp=7,8")
    assert make_scores(plan, {}).findings.ceiling == ()


def test_no_published_line_where_the_task_depends_on_the_point() -> None:
    plan = make_plan("grid", "weight_bits=6,8", "p_majority=0.7,1")
    outcomes = {Job(PUBLISHED, {"p_majority": p}, 0).key: outcome(p / 2) for p in (0.7, 1)}
    scores = make_scores(plan, outcomes)
    assert (scores.findings.published, scores.findings.published_costs) == ((), {})
    assert [scores.of_published(values) for values in scores.points] == [[0.35], [0.5], [0.35], [0.5]]


def test_best_is_the_most_accurate_and_then_the_smallest() -> None:
    """Two points have 0.75 on average."""
    best = make_scores().best
    assert best is not None
    assert best.values == {"weight_bits": 6, "trace_bits": 12}
    better = make_scores(outcomes=make_outcomes({**ACCURACIES, (8, 12): (0.75, 0.75, 0.8)})).best
    assert better is not None
    assert better.values == {"weight_bits": 8, "trace_bits": 12}


def test_a_point_with_a_failed_seed_is_not_the_best() -> None:
    best = make_scores(outcomes=make_outcomes({**ACCURACIES, (8, 8): (1.0, None, 1.0)})).best
    assert best is not None
    assert best.values == {"weight_bits": 6, "trace_bits": 12}
    assert make_scores(outcomes=make_outcomes(dict.fromkeys(ACCURACIES, (1.0, None, 1.0)))).best is None


@pytest.mark.parametrize(
    ("costs", "front"),
    [
        # 0.75 for the least memory; 0.5 costs less still.
        (CostTable(), {(6, 8), (6, 12)}),
        (CostTable(["weight_bits"], ["cells"], [[6, 7.0], [8, 3.0]]), {(6, 8), (6, 12), (8, 8), (8, 12)}),
    ],
)
def test_front(costs: CostTable, front: set[tuple[int, int]]) -> None:
    search = {"objectives": ["memory_bits", *costs.names], "trials": 4, "population": 2, "seed": 0}
    plan = make_plan("pareto", search={**search, "costs": vars(costs)})
    accuracies = {**ACCURACIES, (8, 8): (0.5, 0.5, 0.5)}
    points = make_scores(plan, make_outcomes(accuracies), costs).findings.points
    assert {tuple(point.values.values()) for point in points if point.front} == front


def test_a_point_with_a_failed_seed_is_not_on_the_front() -> None:
    search = {"objectives": ["memory_bits"], "trials": 4, "population": 2, "seed": 0}
    accuracies = {**ACCURACIES, (8, 8): (1.0, None, 1.0)}
    points = make_scores(make_plan("pareto", search=search), make_outcomes(accuracies)).findings.points
    assert {tuple(point.values.values()) for point in points if point.front} == {(6, 8), (6, 12)}


def test_failures_say_why() -> None:
    assert make_scores().failures == [
        {"network": "core", "weight_bits": 8, "trace_bits": 8, "seed": 1, "error": "3 workers died of it"}
    ]


def test_epochs() -> None:
    epochs = make_scores().epochs
    assert len(epochs) == (4 * 3 - 1 + 3 + 3) * 2
    assert epochs[:2] == [
        {
            "network": "core",
            "weight_bits": 6,
            "trace_bits": 8,
            "seed": 0,
            "epoch": epoch,
            "train": train,
            "test": test,
        }
        for epoch, train, test in ((1, 0.125, 0.0), (2, 0.25, 0.5))
    ]
    assert epochs[-1] == {"network": "published", "seed": 2, "epoch": 2, "train": 0.25, "test": 0.6}


def test_everything_failed() -> None:
    failed = {key: Outcome(error="no luck") for key in make_outcomes()}
    scores = make_scores(outcomes=failed)
    assert scores.best is None
    assert [point.scores for point in scores.findings.points] == [[]] * 4
    assert (scores.findings.ceiling, scores.findings.published, scores.epochs) == ([], [], [])
    assert len(scores.failures) == 4 * 3 + 3 + 3


def test_a_point_that_no_core_can_have_has_no_configuration() -> None:
    scores = make_scores(make_plan("grid", "weight_bits=6", "trace_bits=4,8", keep_range=False))
    narrow, wide = scores.findings.points
    assert (narrow.link, narrow.costs) == (None, {})
    assert wide.link == "points/0001.toml"


def test_losses_of_a_point() -> None:
    scores = make_scores(make_plan("grid", "surrogate_bits=2,5", "h_4=1"))
    assert scores.losses({"surrogate_bits": 2, "h_4": 1}) == [
        "h_4 = 1 becomes 0 at the widths of the configuration"
    ]
    assert scores.losses({"surrogate_bits": 5, "h_4": 1}) == []
