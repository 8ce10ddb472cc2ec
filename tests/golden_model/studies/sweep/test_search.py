"""The search for the front: the same points whoever is quick, and a front that nobody beats."""

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.studies.sweep.axes import parse_axes
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import Plan
from golden_model.studies.sweep.search import Values, check_costs, front, search

AXES = ("weight_bits=2..12", "membrane_bits=10..18..2", "state_rounding=floor,stochastic")
Objectives = list[float] | None


def make_plan(*axes: str, **more: object) -> Plan:
    costs = {"objectives": ["memory_bits"], "costs": vars(CostTable())}
    settings = {"trials": 50, "population": 8, "seed": 3, **costs, **more}
    return Plan("pareto", "cue-accumulation", parse_axes(axes or AXES), search=settings)


def objectives_of(point: Values) -> Objectives:
    """A landscape in which wide words cost more; one corner of it fails."""
    if point["weight_bits"] == 2:
        return None
    bits = int(point["weight_bits"]) + int(point["membrane_bits"])
    return [1 - 2.0**-bits - 0.1 * (point["state_rounding"] == "floor"), float(bits)]


class Remembering:
    """Evaluates points, each once; stops as if killed when it has no generation left."""

    def __init__(self, generations: int = 1000) -> None:
        self.known: dict[str, Objectives] = {}
        self.asked: list[list[Values]] = []
        self.generations = generations

    def __call__(self, points: Sequence[Values]) -> list[Objectives]:
        if len(self.asked) == self.generations:
            raise KeyboardInterrupt
        self.asked.append(list(points))
        for point in points:
            self.known.setdefault(str(point), objectives_of(point))
        return [self.known[str(point)] for point in points]


def test_generations_are_of_the_population() -> None:
    evaluate = Remembering()
    tried = search(make_plan(), evaluate)
    assert [len(points) for points in evaluate.asked] == [8, 8, 8, 8, 8, 8, 2]
    every = list(itertools.chain(*evaluate.asked))
    assert tried == [point for n, point in enumerate(every) if point not in every[:n]]
    assert len(tried) > 20
    values = {axis.label: axis.values for axis in parse_axes(AXES)}
    assert all(value in values[name] for point in tried for name, value in point.items())
    assert all(list(point) == list(values) for point in tried)


def test_same_seed_same_points() -> None:
    assert search(make_plan(), Remembering()) == search(make_plan(), Remembering())
    assert search(make_plan(seed=4), Remembering()) != search(make_plan(), Remembering())


@pytest.mark.parametrize("generations", [0, 1, 4])
def test_interrupted_search_goes_on_alike(generations: int) -> None:
    killed = Remembering(generations)
    with pytest.raises(KeyboardInterrupt):
        search(make_plan(), killed)
    uninterrupted, resumed = Remembering(), Remembering()
    resumed.known = killed.known
    assert search(make_plan(), resumed) == search(make_plan(), uninterrupted)
    assert resumed.asked[:generations] == killed.asked
    assert resumed.asked == uninterrupted.asked


def test_the_search_follows_the_objectives() -> None:
    """Floor costs accuracy and nothing pays for it: the search leaves it."""
    evaluate = Remembering()
    search(make_plan(), evaluate)
    roundings = [
        [point["state_rounding"] for point in points] for points in (evaluate.asked[0], evaluate.asked[-2])
    ]
    first, late = (names.count("floor") for names in roundings)
    assert late < first


@given(st.dictionaries(st.integers(0, 30), st.tuples(*[st.integers(0, 4)] * 3), max_size=12))
def test_front_is_what_nobody_beats(objectives: dict[int, tuple[int, ...]]) -> None:
    def beats(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        no_worse = one[0] >= other[0] and one[1] <= other[1] and one[2] <= other[2]
        return no_worse and (one[0] > other[0] or one[1] < other[1] or one[2] < other[2])

    expected = set(objectives)
    for point, other in itertools.permutations(objectives, 2):
        if beats(objectives[other], objectives[point]):
            expected.discard(point)
    assert front(objectives) == expected


def test_front_by_hand() -> None:
    points = {
        0: (0.9, 100.0),
        1: (0.9, 90.0),
        2: (0.8, 95.0),
        3: (0.7, 50.0),
        4: (0.9, 90.0),
        5: (0.95, 200.0),
    }
    assert front(points) == {1, 3, 4, 5}
    assert front({}) == set()


def table(*rows: list[object]) -> dict[str, object]:
    return vars(CostTable(["weight_bits", "trace_in_bits"], ["cells"], rows))


COMPLETE = [[weight, trace, 1.0] for weight in (4, 6) for trace in (8, 9)]
CHECKED = ("weight_bits=4,6", "trace_bits=8,9", "membrane_bits=10..18")


class TestCheckCosts:
    def test_all_costs_known(self) -> None:
        check_costs(make_plan(*CHECKED))
        check_costs(make_plan(*CHECKED, objectives=["cells", "memory_bits"], costs=table(*COMPLETE)))

    @pytest.mark.parametrize(
        ("objectives", "rows", "message"),
        [
            (["cels"], COMPLETE, "unknown cost 'cels', did you mean 'cells'?"),
            (["zzz"], COMPLETE, "unknown cost 'zzz', the costs are memory_bits, cells"),
            (
                ["cells"],
                COMPLETE[:3],
                "the table of costs has no cells for weight_bits = 6, trace_bits = 9, membrane_bits = 10",
            ),
        ],
    )
    def test_refusals(self, objectives: list[str], rows: list[list[object]], message: str) -> None:
        plan = make_plan(*CHECKED, objectives=objectives, costs=table(*rows))
        with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
            check_costs(plan)
        assert str(error.value) == message

    def test_a_cost_and_an_axis_of_one_name(self) -> None:
        costs = vars(CostTable(["weight_bits"], ["delay"], [[4, 1.0], [6, 2.0]]))
        plan = make_plan("weight_bits=4,6", "delay=1,2", objectives=["memory_bits"], costs=costs)
        with pytest.raises(ValueError, match="^delay is swept, a cost needs another name$"):
            check_costs(plan)


Evaluate = Callable[[Sequence[Values]], list[Objectives]]


def test_failed_points_do_not_stop_a_search() -> None:
    evaluate: Evaluate = lambda points: [None] * len(points)  # noqa: E731
    assert len(search(make_plan(), evaluate)) > 20
