"""Event files: what is read is what stands there, and damage is named."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.samples.event_files import (
    from_structured,
    read_npz,
    read_samples,
    to_structured,
    write_npz,
    write_samples,
)
from golden_model.samples.samples import Sample

SAMPLES = [
    Sample([(0, 3), (4, 1), (4, 5), (5, 0)], 8, 1, target_start=5),
    Sample([(5, 7), (9, 7)], 10, 0, target_start=5),
]


@st.composite
def any_sample(draw: st.DrawFn) -> Sample:
    """Return a sample of any kind that a Sample can be."""
    n_ticks = draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    raster = rng.random((n_ticks, draw(st.integers(1, 9)))) < draw(st.sampled_from((0, 0.1, 0.9)))
    answer = draw(st.sampled_from(("label", "targets", "none")))
    targets = rng.integers(-(2**15), 2**15, (n_ticks, 3)) if answer == "targets" else None
    label = int(rng.integers(20)) if answer == "label" else None
    return Sample.from_raster(raster, label, targets, int(rng.integers(n_ticks)))


class TestArchive:
    @given(st.lists(any_sample(), max_size=4))
    def test_any_samples_come_back(
        self, tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "any.npz"
        write_npz(path, samples)
        assert read_npz(path) == samples

    def test_equal_samples_give_equal_bytes(self, tmp_path: Path) -> None:
        write_npz(tmp_path / "a.npz", SAMPLES)
        write_npz(tmp_path / "b.npz", list(SAMPLES))
        assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()

    def test_damage_is_named(self, tmp_path: Path) -> None:
        write_npz(tmp_path / "a.npz", SAMPLES)
        content = (tmp_path / "a.npz").read_bytes()
        for n in range(0, len(content), 97):
            (tmp_path / "b.npz").write_bytes(content[:n])
            with pytest.raises(ValueError, match=r"b\.npz is damaged or not an \.npz archive"):
                read_npz(tmp_path / "b.npz")

    def test_a_flipped_bit_never_gives_other_samples(self, tmp_path: Path) -> None:
        write_npz(tmp_path / "a.npz", SAMPLES)
        content = (tmp_path / "a.npz").read_bytes()
        for position in range(0, 8 * len(content), 37):
            damaged = bytearray(content)
            damaged[position // 8] ^= 1 << position % 8
            (tmp_path / "b.npz").write_bytes(damaged)
            try:
                samples = read_npz(tmp_path / "b.npz")
            except ValueError:
                continue
            assert samples == SAMPLES

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"version": np.array(2)}, "format 'eprop-core samples', version 2, is not"),
            ({"format": np.array("other")}, "format 'other', version 1, is not"),
            ({"label": np.array([1.0, 2.0])}, "are not int64 arrays of one length"),
            ({"label": np.array([1])}, "are not int64 arrays of one length"),
            ({"label": np.array([-2, 1])}, "sample 0: label = -2 is not at least 0"),
            ({"n_ticks": np.array([8, 4])}, r"sample 1: tick 5 is outside 0\.\.3"),
            ({"n_ticks": np.array([8, 2**50])}, f"sample 1: n_ticks = {2**50} does not fit into memory"),
            ({"events_1": None}, "events_1 is missing"),
            ({"target_start": None}, "target_start is missing"),
        ],
    )
    def test_wrong_content_is_named(self, tmp_path: Path, changes: dict[str, Any], message: str) -> None:
        write_npz(tmp_path / "a.npz", SAMPLES)
        with np.load(tmp_path / "a.npz") as archive:
            content = {**archive, **changes}
        np.savez(tmp_path / "a.npz", **{name: array for name, array in content.items() if array is not None})
        with pytest.raises(ValueError, match=rf"a\.npz: .*{message}"):
            read_npz(tmp_path / "a.npz")

    def test_a_plain_array_is_not_an_archive(self, tmp_path: Path) -> None:
        np.save(tmp_path / "a.npy", np.zeros(3))
        os.rename(tmp_path / "a.npy", tmp_path / "a.npz")
        with pytest.raises(ValueError, match=r"a\.npz is damaged or not an \.npz archive"):
            read_npz(tmp_path / "a.npz")


class TestBySuffix:
    @pytest.mark.parametrize("name", ["a.dat", "a.npz"])
    def test_the_suffix_decides(self, tmp_path: Path, name: str) -> None:
        write_samples(tmp_path / name, SAMPLES)
        assert read_samples(tmp_path / name) == SAMPLES
        assert (tmp_path / name).read_bytes().startswith(b"PK" if name == "a.npz" else b"2\r\n")
        assert os.listdir(tmp_path) == [name]

    def test_another_suffix_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(
            ValueError, match=r"a\.csv: a file of samples ends in \.dat or \.npz, not '\.csv'"
        ):
            read_samples(tmp_path / "a.csv")
        with pytest.raises(ValueError, match=r"ends in \.dat or \.npz"):
            write_samples(tmp_path / "a.csv", SAMPLES)

    @pytest.mark.parametrize("name", ["a.dat", "a.npz"])
    def test_a_missing_file_is_a_missing_file(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(FileNotFoundError):
            read_samples(tmp_path / name)


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
        merged = from_structured(events, n_ticks=2, sensor_size=(3, 2, 1))
        assert merged.events.tolist() == [[0, 5], [1, 0], [1, 5]]

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
            (np.array([(0, 0, 1)], SHD), {"dt_us": 0}, "dt_us = 0 is not at least 1"),
            (np.array([(0, 5, 1)], SHD), {"sensor_size": (5, 1, 1)}, r"x = 5 is outside 0\.\.4"),
            (np.array([(0, 0, -1)], SHD), {"sensor_size": (5, 1, 2)}, r"p = -1 is outside 0\.\.1"),
            (np.array([(0, 0, 1)], SHD), {"sensor_size": (5, 2, 1)}, "no field 'y'"),
            (np.array([(0, 0, 1)], SHD), {"sensor_size": (5, 0, 1)}, "sensor_size = 0 is not at least 1"),
            (np.array([(0, 0)], [("t", int), ("p", int)]), {}, "no field 'x'"),
            (np.array([(0.5, 0)], [("t", float), ("x", int)]), {}, "field 't' has dtype float64"),
            (np.array([(2**64 - 1, 0)], [("t", np.uint64), ("x", int)]), {}, f"t = {2**64 - 1} is outside"),
            (np.zeros((3, 2), int), {}, "no field 't'"),
        ],
    )
    def test_refused(self, events: Any, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            from_structured(events, n_ticks=10, **options)

    def test_a_line_outside_the_sensor(self) -> None:
        with pytest.raises(ValueError, match=r"line 7 is outside 0\.\.5"):
            to_structured(SAMPLES[1], sensor_size=(3, 2, 1))
