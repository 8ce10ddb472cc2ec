"""What the pictures of a sweep show, compared with its points."""

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from golden_model.pictures.picture import Picture
from golden_model.studies.page.curves import MAX_LINES
from golden_model.studies.page.findings import Findings, Point, confidence_interval, mean
from golden_model.studies.page.heat_map import accuracies
from golden_model.studies.page.page import Illustration
from golden_model.studies.page.pareto import undominated
from golden_model.studies.page.pictures import MAX_PANELS, pareto_pictures, sweep_pictures
from tests.golden_model.studies import example

# Means 0.5 and 0.75, 0.25 and none.
SMALL = Findings(
    {"alpha": [0.5, 0.9], "bits": [4, 8]},
    [
        Point({"alpha": 0.5, "bits": 4}, [0.25, 0.75], link="a.toml"),
        Point({"alpha": 0.9, "bits": 4}, [0.75, 0.75], link="b.toml"),
        Point({"alpha": 0.5, "bits": 8}, [0.25], link="c.toml"),
        Point({"alpha": 0.9, "bits": 8}, [], link="d.toml"),
    ],
    ceiling=[0.9, 1.0],
    published=[0.8],
)


def sweep(**axes: Any) -> Findings:
    """Return findings with one seed at every point; the accuracy grows with the last name."""
    choices = list(itertools.product(*axes.values()))
    points = [
        Point(dict(zip(axes, choice, strict=True)), [(list(axes.values())[-1].index(choice[-1]) + 1) / 20])
        for choice in choices
    ]
    return Findings(axes, points)


def panel(picture: Illustration) -> Axes:
    return picture.figure.axes[0]


def lines(axes: Axes) -> dict[str, Any]:
    """Return the y values of the lines that have a label."""
    return {
        str(line.get_label()): np.asarray(line.get_ydata()).tolist()
        for line in axes.lines
        if not str(line.get_label()).startswith("_")
    }


def links(figure: Picture, folder: Path) -> list[str]:
    """Return where the marks of a figure lead in its SVG, sorted."""
    figure.save(folder / "picture.svg")
    return sorted(re.findall(r'<a xlink:href="([^"]*)"', (folder / "picture.svg").read_text()))


class TestChoice:
    @pytest.mark.parametrize(
        ("axes", "names"),
        [
            ({"a": [1, 2], "b": [1, 2]}, ["heat_map", "curves"]),
            ({"a": [1, 2]}, ["curves"]),
            ({"a": [1, 2], "b": ["x", "y"]}, ["curves"]),
            ({"a": [1, 2], "b": [7]}, ["curves"]),
            ({"a": ["x", "y"], "b": [True, False]}, ["bars"]),
            ({"a": [5]}, ["curves"]),
            (
                {"a": [1, 2], "b": [1, 2], "c": ["x", "y"]},
                ["heat_map_1", "heat_map_2", "curves_1", "curves_2"],
            ),
        ],
    )
    def test_pictures_fit_the_names(self, axes: dict[str, Any], names: list[str]) -> None:
        assert [picture.name for picture in sweep_pictures(sweep(**axes))] == names

    def test_of_many_panels_the_most_accurate_are_shown(self) -> None:
        pictures = sweep_pictures(sweep(a=[1, 2], b=[1, 2], c=list(range(9))))[:MAX_PANELS]
        titles = [str(picture.figure.get_suptitle()).split("\n")[0] for picture in pictures]
        assert titles == [f"Accuracy by a and b, c {value}" for value in range(3, 9)]
        assert pictures[0].caption.endswith("The 6 most accurate of 9 such pictures are shown.")

    def test_nothing_to_show(self) -> None:
        assert sweep_pictures(Findings({"a": [1, 2]}, [Point({"a": 1}, [])])) == []


class TestHeatMap:
    def test_cells_are_the_means(self) -> None:
        expected = [[0.5, 0.75], [0.25, np.nan]]
        np.testing.assert_array_equal(accuracies(SMALL, "alpha", "bits", {}), expected)
        axes = panel(sweep_pictures(SMALL)[0])
        drawn = {
            tuple(path.get_extents().min + 0.5): value
            for path, value in zip(
                axes.collections[0].get_paths(), axes.collections[0].get_array(), strict=True
            )
        }
        assert drawn == {(0, 0): 0.5, (1, 0): 0.75, (0, 1): 0.25}

    def test_cells_hold_their_numbers(self) -> None:
        texts = {text.get_position(): text.get_text() for text in panel(sweep_pictures(SMALL)[0]).texts}
        assert texts == {(0, 0): "50.0", (1, 0): "75.0", (0, 1): "25.0"}

    def test_names_and_values_are_on_the_axes(self) -> None:
        axes = panel(sweep_pictures(example.grid())[0])
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("weight_bits (bits)", "trace_bits (bits)")
        assert [one.get_text() for one in axes.get_yticklabels()] == ["4", "5", "6", "7", "8", "10"]

    def test_names_of_values_do_not_overlap(self) -> None:
        picture = sweep_pictures(sweep(a=[1 + step / 1000 for step in range(20)], b=list(range(20))))[0]
        picture.figure.draw_without_rendering()
        labels = panel(picture).get_xticklabels()
        boxes = [label.get_window_extent() for label in labels]
        assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))
        assert [label.get_text() for label in labels] == [
            f"{1 + step / 1000:.4g}" for step in range(0, 20, 3)
        ]

    def test_maps_of_one_sweep_have_one_scale(self) -> None:
        first, second = (panel(picture).collections[0] for picture in sweep_pictures(example.grid())[:2])
        everything = [point.accuracy for point in example.grid().points if point.scores]
        assert first.get_clim() == second.get_clim() == (min(everything), mean(example.CEILING))

    def test_references_are_marked_on_the_colours(self) -> None:
        bar = sweep_pictures(SMALL)[0].figure.axes[1]
        assert lines(bar) == {"float reference 95.0%": [0.95], "published setting 80.0%": [0.8]}

    def test_cells_and_numbers_lead_to_their_files(self, tmp_path: Path) -> None:
        figure = sweep_pictures(SMALL)[0].figure
        assert links(figure, tmp_path) == sorted(2 * ["a.toml", "b.toml", "c.toml"])
        assert figure.axes[0].collections[0].get_urls() == ["a.toml", "b.toml", "c.toml"]


class TestCurves:
    def test_lines_are_the_means_and_references(self) -> None:
        drawn = lines(panel(sweep_pictures(SMALL)[1]))
        assert drawn.pop("float reference 95.0%") == [0.95, 0.95]
        assert drawn.pop("published setting 80.0%") == [0.8, 0.8]
        assert drawn == {"bits 4": [0.5, 0.75], "bits 8": [0.25]}

    def test_bands_are_the_confidence_intervals(self) -> None:
        findings = Findings({"a": [1, 2]}, [Point({"a": 1}, [0.5, 0.51]), Point({"a": 2}, [0.7, 0.72, 0.8])])
        band = panel(sweep_pictures(findings)[0]).collections[0].get_paths()[0].vertices
        for x, point in enumerate(findings.points, 1):
            shown = band[band[:, 0] == x][:, 1]
            assert (shown.min(), shown.max()) == confidence_interval(point.scores)

    def test_values_without_results_have_no_mark(self) -> None:
        findings = Findings({"a": [1, 2], "b": ["x", "y"]}, [Point({"a": 2, "b": "x"}, [0.5])])
        assert lines(panel(sweep_pictures(findings)[0])) == {"b x": [0.5], "b y": []}

    def test_six_lines_are_all_drawn(self) -> None:
        picture = sweep_pictures(sweep(a=[1, 2], b=["r", "s", "t", "u", "v", "w"]))[0]
        assert list(lines(panel(picture))) == ["b r", "b s", "b t", "b u", "b v", "b w"]
        assert len({line.get_color() for line in panel(picture).lines}) == 6

    def test_many_lines_are_thinned_but_keep_both_ends(self) -> None:
        picture = sweep_pictures(sweep(a=[1, 2], b=list(range(20))))[1]
        drawn = list(lines(panel(picture)))
        assert len(drawn) == MAX_LINES
        assert (drawn[0], drawn[-1]) == ("b 0", "b 19")
        assert picture.caption.endswith(f"b has 20 values, of which {MAX_LINES} are drawn.")

    @pytest.mark.parametrize(("values", "scale"), [([1e-4, 1e-2, 1], "log"), ([3, 4, 8], "linear")])
    def test_ratios_are_shown_by_a_logarithmic_axis(self, values: list[float], scale: str) -> None:
        assert panel(sweep_pictures(sweep(a=values))[0]).get_xscale() == scale

    def test_marks_lead_to_their_files(self, tmp_path: Path) -> None:
        assert links(sweep_pictures(SMALL)[1].figure, tmp_path) == ["a.toml", "b.toml", "c.toml"]


class TestBars:
    FINDINGS = Findings(
        {"rounding": ["nearest", "stochastic"], "reset": [False, True]},
        [
            Point({"rounding": "nearest", "reset": False}, [0.5, 0.51], link="a.toml"),
            Point({"rounding": "stochastic", "reset": False}, [0.75], link="b.toml"),
            Point({"rounding": "stochastic", "reset": True}, [0.25], link="c.toml"),
        ],
    )

    def test_bars_are_the_means_at_their_words(self) -> None:
        axes = panel(sweep_pictures(self.FINDINGS)[0])
        bars = [(round(bar.get_center()[0]), bar.get_height()) for bar in axes.patches]
        assert bars == [(0, pytest.approx(0.505)), (1, 0.75), (1, 0.25)]
        assert [text.get_text() for text in axes.get_xticklabels()] == ["nearest", "stochastic"]
        assert axes.get_legend_handles_labels()[1] == ["reset no", "reset yes"]

    def test_strokes_are_the_confidence_intervals(self) -> None:
        (stroke,) = panel(sweep_pictures(self.FINDINGS)[0]).collections
        (segment,) = stroke.get_segments()
        assert tuple(segment[:, 1]) == confidence_interval([0.5, 0.51])

    def test_bars_lead_to_their_files(self, tmp_path: Path) -> None:
        assert links(sweep_pictures(self.FINDINGS)[0].figure, tmp_path) == ["a.toml", "b.toml", "c.toml"]


class TestPareto:
    @pytest.fixture
    def findings(self) -> Findings:
        return example.search()

    def marks(self, axes: Axes, label: str) -> set[tuple[float, float]]:
        (marks,) = (one for one in axes.collections if one.get_label() == label)
        return {(float(x), float(y)) for x, y in marks.get_offsets()}

    def test_one_picture_per_cost(self, findings: Findings) -> None:
        assert [one.name for one in pareto_pictures(findings)] == ["pareto_memory_bits", "pareto_cycles"]

    def test_line_joins_what_no_point_beats_in_this_cost(self, findings: Findings) -> None:
        best = [
            (one.costs["cycles"], one.accuracy)
            for one in findings.points
            if not any(
                (two.costs["cycles"], -two.accuracy) != (one.costs["cycles"], -one.accuracy)
                and two.costs["cycles"] <= one.costs["cycles"]
                and two.accuracy >= one.accuracy
                for two in findings.points
            )
        ]
        axes = panel(pareto_pictures(findings)[1])
        assert [tuple(point) for point in axes.lines[0].get_xydata()] == sorted(best)
        assert self.marks(axes, "front") == set(best)
        assert 5 < len(best) < len([point for point in findings.points if point.front])

    def test_every_point_is_shown_once(self, findings: Findings) -> None:
        axes = panel(pareto_pictures(findings)[1])
        kinds = [self.marks(axes, kind) for kind in ("off the front", "front by another cost", "front")]
        assert sum(map(len, kinds)) == 60
        assert set().union(*kinds) == {(one.costs["cycles"], one.accuracy) for one in findings.points}
        assert kinds[0] == {(one.costs["cycles"], one.accuracy) for one in findings.points if not one.front}

    def test_numbers_stand_at_the_points_that_they_name(self, findings: Findings) -> None:
        axes = panel(pareto_pictures(findings)[1])
        key = re.findall(r"(\d+): weight_bits (\d+), trial (\d+)", axes.get_xlabel())
        assert len(key) == len(axes.texts) > 3
        for text, (number, bits, trial) in zip(axes.texts, key, strict=True):
            point = findings.at({"weight_bits": int(bits), "trial": int(trial)})
            assert point is not None
            assert (text.get_text(), text.xy) == (number, (point.costs["cycles"], point.accuracy))

    def test_published_setting_is_marked_where_its_cost_is_known(self, findings: Findings) -> None:
        memory, cycles = (panel(one) for one in pareto_pictures(findings))
        assert memory.collections[-1].get_offsets().tolist() == [[88000.0, mean(example.PUBLISHED)]]
        assert len(memory.collections[-1].get_urls()) == 1
        assert {"float reference 97.0%", "published setting 92.5%"} <= set(lines(cycles))

    def test_equal_points_are_joined_once(self) -> None:
        same = [Point({"a": number}, [0.5], {"area": 2.0}, front=True) for number in (1, 2)]
        dearer = Point({"a": 3}, [0.5], {"area": 3.0}, front=True)
        worse = Point({"a": 4}, [0.4], {"area": 2.0}, front=True)
        assert undominated([dearer, worse, *same], "area") == same[:1]

    def test_marks_lead_to_their_files(self, findings: Findings, tmp_path: Path) -> None:
        expected = sorted(str(one.link) for one in findings.points)
        assert links(pareto_pictures(findings)[0].figure, tmp_path) == expected


def test_names_are_no_formulas(tmp_path: Path) -> None:
    hostile = r"$\frac{1$ <b> --> _bits"
    for picture in sweep_pictures(sweep(**{hostile: [1, 2], "b": ["$x", "$y"]})):
        picture.figure.save(tmp_path / "picture.svg")
