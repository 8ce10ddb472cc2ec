"""Structured event arrays: what other tools hold comes over whole, or is refused."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.samples.samples import Sample
from golden_model.samples.structured import from_structured, to_structured
from tests.golden_model.samples.drawn import any_sample

SAMPLES = [
    Sample([(0, 3), (4, 1), (4, 5), (5, 0)], 8, 1, target_start=5),
    Sample([(5, 7), (9, 7)], 10, 0, target_start=5),
]
SHD = [("t", np.int64), ("x", np.uint16), ("p", np.int8)]
CAMERA = [("x", np.int16), ("y", np.int16), ("t", np.int64), ("p", bool)]


class TestStructured:
    def test_channels_and_microseconds_become_lines_and_ticks(self) -> None:
        events = np.array([(0, 699, 1), (999, 3, 1), (1000, 3, 1), (2500, 0, 1)], SHD)
        sample = from_structured(events, n_ticks=10, label=4, target_start=2)
        assert sample == Sample([(0, 699), (0, 3), (1, 3), (2, 0)], 10, 4, target_start=2)
        assert from_structured(events, n_ticks=10, dt_us=500).events[-1].tolist() == [5, 0]

    def test_a_line_for_each_pixel_and_polarity(self) -> None:
        events = np.array([(2, 1, 0, False), (0, 0, 1000, True), (2, 1, 1000, True)], CAMERA)
        sample = from_structured(events, n_ticks=2, sensor_size=(3, 2, 2))
        assert sample.events.tolist() == [[0, 5], [1, 6], [1, 11]]
        events["p"] = 1
        one = from_structured(events, n_ticks=2, sensor_size=(3, 2, 1))
        assert one.events.tolist() == [[0, 5], [1, 0], [1, 5]]

    @given(any_sample(), st.sampled_from((None, (3, 3, 1), (2, 2, 3), (9, 1, 1), (1, 5, 2))))
    def test_there_and_back(self, sample: Sample, sensor_size: tuple[int, int, int] | None) -> None:
        events = to_structured(sample, dt_us=250, sensor_size=sensor_size)
        rest = {"n_ticks": sample.n_ticks, "label": sample.label, "target_start": sample.target_start}
        again = from_structured(events, dt_us=250, sensor_size=sensor_size, targets=sample.targets, **rest)
        assert again == sample

    def test_fields_are_those_of_the_digits(self) -> None:
        events = to_structured(SAMPLES[0])
        assert events.dtype.names == ("t", "x", "p")
        assert events.tolist() == [(0, 3, 1), (4000, 1, 1), (4000, 5, 1), (5000, 0, 1)]

    @pytest.mark.parametrize(
        ("events", "options", "message"),
        [
            (np.array([(2000, 0, 1), (0, 0, 1)], SHD), {}, "out of order: tick 0 follows tick 2"),
            (np.array([(10_000, 0, 1)], SHD), {}, r"tick 10 is outside 0\.\.9"),
            (np.array([(-1, 0, 1)], SHD), {}, "tick -1 is outside"),
            (np.array([(0, 0, 1), (0, 1, 0)], SHD), {}, "field 'p' varies: give sensor_size"),
            (np.array([(0, 0, 0, 0), (0, 1, 0, 0)], CAMERA), {}, "field 'y' varies"),
            (np.array([(0, 0, 1)], SHD), {"dt_us": 0}, r"dt_us = 0 is outside 1\.\.1000000000"),
            (np.array([(0, 5, 1)], SHD), {"sensor_size": (5, 1, 1)}, r"x = 5 is outside 0\.\.4"),
            (np.array([(0, 0, -1)], SHD), {"sensor_size": (5, 1, 2)}, r"p = -1 is outside 0\.\.1"),
            (np.array([(0, 0, 1)], SHD), {"sensor_size": (5, 2, 1)}, "no field 'y'"),
            (
                np.array([(0, 0, 1)], SHD),
                {"sensor_size": (5, 0, 1)},
                r"height = 0 is outside 1\.\.2147483647",
            ),
            (np.array([(0, 0)], [("t", int), ("p", int)]), {}, "no field 'x'"),
            (np.array([(0.5, 0)], [("t", float), ("x", int)]), {}, "field 't' has dtype float64"),
            (np.array([(2**64 - 1, 0)], [("t", np.uint64), ("x", int)]), {}, f"t = {2**64 - 1} is outside"),
            (np.zeros((3, 2), int), {}, "no field 't'"),
        ],
    )
    def test_refused(self, events: Any, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            from_structured(events, n_ticks=10, **options)

    @pytest.mark.parametrize(
        ("sensor_size", "name"), [((4, 4, 1), "p"), ((4, 1, 2), "y"), ((1, 4, 2), "x"), ((1, 1, 1), "x")]
    )
    def test_what_a_sensor_has_one_of_does_not_vary(
        self, sensor_size: tuple[int, int, int], name: str
    ) -> None:
        events = np.array([(0, 0, 0, 0), (0, 0, 1, 0)], CAMERA)
        assert from_structured(events, n_ticks=2, sensor_size=sensor_size).n_events == 1
        events[name] = [0, 1]
        with pytest.raises(ValueError, match=f"^field '{name}' varies: the sensor has only one {name}$"):
            from_structured(events, n_ticks=2, sensor_size=sensor_size)

    @pytest.mark.parametrize(("sensor_size", "name"), [((4, 1, 2), "y"), ((1, 4, 2), "x")])
    def test_what_a_sensor_has_one_of_is_the_first(
        self, sensor_size: tuple[int, int, int], name: str
    ) -> None:
        events = np.array([(0, 0, 0, 0)], CAMERA)
        events[name] = 7
        with pytest.raises(ValueError, match=rf"^{name} = 7 is outside 0\.\.0$"):
            from_structured(events, n_ticks=2, sensor_size=sensor_size)

    @pytest.mark.parametrize(
        ("events", "message"),
        [
            (None, "the event array has no field 't'"),
            ([(0, 0, 1)], "the event array has no field 't'"),
            (np.zeros((2, 2), SHD), r"field 't' has dtype int64 and shape \(2, 2\), not integers of one"),
            (np.zeros(2, [("t", int, (3,)), ("x", int)]), r"field 't' has dtype int64 and shape \(2, 3\)"),
            (np.array([(0, 0, None)], [("t", int), ("x", int), ("p", object)]), "field 'p' has dtype object"),
        ],
    )
    def test_other_arrays(self, events: Any, message: str) -> None:
        with pytest.raises(ValueError, match=f"^{message}"):
            from_structured(events, n_ticks=10)

    @pytest.mark.parametrize("dt_us", [1, 250, np.uint64(1000), np.array(7, np.int8), 10**9])
    def test_any_integer_is_a_duration(self, dt_us: Any) -> None:
        events = to_structured(SAMPLES[1], dt_us=dt_us)
        assert events["t"].tolist() == [5 * int(dt_us), 9 * int(dt_us)]
        assert from_structured(events, n_ticks=10, dt_us=dt_us, label=0, target_start=5) == SAMPLES[1]

    @pytest.mark.parametrize(
        ("numbers", "message"),
        [
            ({"dt_us": 0}, r"dt_us = 0 is outside 1..1000000000"),
            ({"dt_us": 1.5}, "dt_us = 1.5 is not an integer in 1..1000000000"),
            ({"dt_us": 1e3}, "dt_us = 1000.0 is not an integer in 1..1000000000"),
            ({"dt_us": True}, "dt_us = True is not an integer in 1..1000000000"),
            ({"dt_us": 2**62}, f"dt_us = {2**62} is outside 1..1000000000"),
            ({"dt_us": 10**30}, f"dt_us = {10**30} is outside 1..1000000000"),
            ({"sensor_size": (-4, -1, 1)}, "width = -4 is outside 1..2147483647"),
            ({"sensor_size": (4.0, 1, 1)}, "width = 4.0 is not an integer in 1..2147483647"),
            ({"sensor_size": (4, 10**30, 1)}, f"height = {10**30} is outside 1..2147483647"),
            (
                {"sensor_size": (2**30, 2**30, 8)},
                f"sensor_size = {(2**30, 2**30, 8)} has more lines",
            ),
            ({"sensor_size": (4, 4)}, "sensor_size = (4, 4) is not (width, height, polarities)"),
            ({"sensor_size": ()}, "sensor_size = () is not (width, height, polarities)"),
            ({"sensor_size": 4}, "sensor_size = 4 is not (width, height, polarities)"),
        ],
    )
    def test_numbers_are_integers_in_range(self, numbers: dict[str, Any], message: str) -> None:
        events = np.array([(0, 0, 1)], SHD)
        for make in (
            lambda: from_structured(events, n_ticks=10, **numbers),
            lambda: to_structured(SAMPLES[1], **numbers),
        ):
            with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
                make()

    def test_a_line_outside_the_sensor(self) -> None:
        with pytest.raises(ValueError, match=r"line 7 is outside 0\.\.5"):
            to_structured(SAMPLES[1], sensor_size=(3, 2, 1))
