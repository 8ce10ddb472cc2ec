"""Event files: what is read is what stands there, and damage is named."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.samples.event_files import (
    read_npz,
    read_samples,
    write_npz,
    write_samples,
)
from golden_model.samples.samples import Sample
from tests.golden_model.samples.drawn import any_sample

SAMPLES = [
    Sample([(0, 3), (4, 1), (4, 5), (5, 0)], 8, 1, target_start=5),
    Sample([(5, 7), (9, 7)], 10, 0, target_start=5),
]


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
            ({"label": np.array([-2, 1])}, r"sample 0: label = -2 is outside 0\.\."),
            ({"n_ticks": np.array([8, 4])}, r"sample 1: tick 5 is outside 0\.\.3"),
            ({"n_ticks": np.array([8, 2**50])}, rf"sample 1: n_ticks = {2**50} is outside 2\.\.9999999"),
            ({"n_ticks": np.array(8)}, "are not int64 arrays of one length"),
            (dict.fromkeys(("n_ticks", "label", "target_start"), np.array(8)), "are not int64 arrays of"),
            (dict.fromkeys(("n_ticks", "label", "target_start"), np.zeros((2, 2), int)), "are not int64"),
            ({"format": np.array(["eprop-core samples"])}, r"format has shape \[1\], not a single value"),
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
