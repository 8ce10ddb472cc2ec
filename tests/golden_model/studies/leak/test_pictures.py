"""Pictures of the leak: what they draw is what was measured."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from golden_model.pictures.picture import Picture
from golden_model.studies.leak.axes import ROUNDING_COLOURS, like_the_chip, select
from golden_model.studies.leak.leak import CHIP_ALPHA, Finding, study_leak, tau
from golden_model.studies.leak.levels import courses, dead_zones, drift
from golden_model.studies.leak.pictures import alpha_bits, time_constants, widths

Draw = Callable[[Sequence[Finding]], Picture]
DRAWN: tuple[Draw, ...] = (
    time_constants,
    widths,
    alpha_bits,
    courses,
    dead_zones,
    drift,
)
ALPHAS = (0.9, 0.99, CHIP_ALPHA, 1 - 2.0**-20)
NEVER = 6e6


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return study_leak(ALPHAS, (8, 12, 16), (12, 15))


def lines(figure: Picture, panel: int = 0) -> dict[tuple[str, str], list[list[float]]]:
    """Return the points of every line with some, by colour and dashes or label."""
    drawn = {}
    for line in figure.axes[panel].lines:
        points = np.transpose(line.get_data()).tolist()
        if points:
            drawn[str(line.get_color()), str(line.get_linestyle())] = points
    return drawn


def texts(figure: Picture, panel: int = 0) -> str:
    return " ".join(text.get_text() for text in figure.axes[panel].texts)


def test_first_picture_is_of_the_chip(findings: list[Finding]) -> None:
    figure = time_constants(findings)
    drawn = lines(figure)
    for state, bits, dashes in (("membrane", 16, "-"), ("trace", 12, "--")):
        for rounding, colour in ROUNDING_COLOURS.items():
            of = select(findings, state=state, state_bits=bits, alpha_frac_bits=15, rounding=rounding)
            expected = [[f.row["tau_requested_ms"], min(f.row["tau_small_ms"], NEVER)] for f in of[:3]]
            assert drawn[colour, dashes] == expected
    assert drawn[ROUNDING_COLOURS["nearest"], "-"][2] == [pytest.approx(1927.03, abs=0.01), NEVER]
    said = texts(figure)
    assert "nearest:\ngets stuck for good" in said
    assert "floor:\nforgets too soon" in said
    assert "stochastic:\nas requested" in said
    assert "the chip: 0x7FEF, stochastic\n1927 ms requested\n1927, 1938 ms realized" in said
    stars = [line.get_data() for line in figure.axes[0].lines if line.get_marker() == "*"]
    assert [x.tolist() for x, _ in stars] == [[tau(CHIP_ALPHA)]] * 2  # type: ignore[union-attr]


def test_nothing_is_marked_or_said_without_the_chip() -> None:
    figure = time_constants(study_leak((1 - 2.0**-20,), (4,), (8,)))
    assert texts(figure) == "leak stored\nas 1.0:\nno decay"
    accurate = time_constants(study_leak((0.9,), (24,), (20,)))
    assert texts(accurate).count("as requested") == 3


def test_widths_have_a_line_each(findings: list[Finding]) -> None:
    figure = widths(findings)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [
        f"{state}, {rounding}"
        for state in ("membrane potential", "eligibility trace")
        for rounding in ROUNDING_COLOURS
    ]
    for panel, (state, rounding) in enumerate(
        (s, r) for s in ("membrane", "trace") for r in ROUNDING_COLOURS
    ):
        expected = [
            [[f.row["tau_requested_ms"], min(f.row["tau_realized_ms"], NEVER)] for f in of[:3]]
            for bits in (8, 12, 16)
            for of in [select(findings, state=state, state_bits=bits, alpha_frac_bits=15, rounding=rounding)]
        ]
        found = [points for points in lines(figure, panel).values() if len(points) == 3]
        assert found == expected


def test_stored_time_constants(findings: list[Finding]) -> None:
    drawn = [points for points in lines(alpha_bits(findings)).values() if len(points) == 4]
    requested = [tau(alpha) for alpha in ALPHAS]
    coarse = [9.49, 99.4, 2047.5, NEVER]  # 3686, 4055, 4094 and 4096 of 4096
    fine = [9.49, 99.4, 1927.03, NEVER]
    for points, stored in zip(drawn, (coarse, fine), strict=True):
        assert points == [pytest.approx(point, rel=2e-3) for point in zip(requested, stored, strict=True)]


def test_courses_are_of_ten_seconds(findings: list[Finding]) -> None:
    figure = courses(findings)
    for panel, (state, bits) in enumerate((("membrane", 16), ("trace", 12))):
        assert f"{bits}-bit" in figure.axes[panel].get_title(loc="left")
        for rounding, colour in ROUNDING_COLOURS.items():
            wanted = {"state": state, "state_bits": bits, "alpha_frac_bits": 15, "alpha": CHIP_ALPHA}
            (finding,) = select(findings, rounding=rounding, **wanted)
            points = lines(figure, panel)[colour, "-"]
            assert points == np.transpose([finding.ticks / 1000, finding.mean]).tolist()
            assert points[-1][0] == 10
    assert lines(figure, 1)[ROUNDING_COLOURS["nearest"], "-"][-1][1] == 963


def test_dead_zones_of_the_chip(findings: list[Finding]) -> None:
    drawn = lines(dead_zones(findings))
    levels = {
        rounding: [level for _, level in drawn[colour, "-"]] for rounding, colour in ROUNDING_COLOURS.items()
    }
    assert levels == {"floor": [9, 99, 1927], "nearest": [4, 49, 963], "stochastic": [1, 1, 1]}


def test_drift_in_parts_of_full_scale(findings: list[Finding]) -> None:
    figure = drift(findings)
    for column, (state, bits, scale) in enumerate((("membrane", 16, 32768), ("trace", 12, 4096))):
        of = select(findings, state=state, state_bits=bits, alpha_frac_bits=15, rounding="stochastic")
        means, deviations = (
            [value for _, value in lines(figure, panel)[ROUNDING_COLOURS["stochastic"], "-"]]
            for panel in (column, column + 2)
        )
        assert means == pytest.approx([f.row["mean_drift"] / scale for f in of[:3]])
        assert deviations == pytest.approx([f.row["variance"] ** 0.5 / scale for f in of[:3]])


def test_widths_like_the_chip_or_the_greatest() -> None:
    widths = {(f.row["state"], f.row["state_bits"]) for f in like_the_chip(study_leak((0.9,), (9, 11), (9,)))}
    assert widths == {("membrane", 11), ("trace", 11)}


@pytest.mark.parametrize(
    "asked", [((1 - 2.0**-20,), (4,), (8,)), ((0.9,), (24,), (20,)), ((0.95, 0.999), (5, 9), (7,))]
)
def test_any_study_can_be_drawn(asked: tuple[tuple[float, ...], tuple[int, ...], tuple[int, ...]]) -> None:
    few = study_leak(*asked)
    for draw in DRAWN:
        draw(few).draw_without_rendering()
