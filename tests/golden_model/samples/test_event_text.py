"""The text format: what is read is what stands there, and damage is named with its line."""

import re
from pathlib import Path

import pytest

from golden_model.samples.event_text import read_text, write_text
from golden_model.samples.samples import Sample

TEXT = "2\n3, 0\n1, 4\n5, 4\n-2, 1\n0, 5\n-1, 8\n-2, 0\n7, 5\n7, 9\n-1, 10\n"
SAMPLES = [
    Sample([(0, 3), (4, 1), (4, 5), (5, 0)], 8, 1, target_start=5),
    Sample([(5, 7), (9, 7)], 10, 0, target_start=5),
]


class TestText:
    def test_reads_events_labels_and_times(self, tmp_path: Path) -> None:
        (tmp_path / "a.dat").write_bytes(TEXT.encode())
        assert read_text(tmp_path / "a.dat") == SAMPLES

    def test_line_ends_and_blank_lines_do_not_matter(self, tmp_path: Path) -> None:
        (tmp_path / "a.dat").write_bytes(
            TEXT.replace(", ", ",").replace("\n", "\r\n").encode() + b"\r\n \r\n"
        )
        assert read_text(tmp_path / "a.dat") == SAMPLES

    def test_writes_what_it_reads(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.dat", SAMPLES)
        assert (tmp_path / "a.dat").read_bytes().decode() == TEXT.replace("\n", "\r\n")

    def test_no_samples(self, tmp_path: Path) -> None:
        write_text(tmp_path / "a.dat", [])
        assert read_text(tmp_path / "a.dat") == []

    def test_target_start_is_asked_for_where_the_events_leave_it_open(self, tmp_path: Path) -> None:
        (tmp_path / "a.dat").write_text("1\n0, 3\n-2, 1\n0, 6\n-1, 8\n")
        with pytest.raises(
            ValueError, match=r"a\.dat: the target may become valid in ticks 4\.\.6, give target"
        ):
            read_text(tmp_path / "a.dat")
        for start in (4, 5, 6):
            assert read_text(tmp_path / "a.dat", target_start=start)[0].target_start == start
        for start in (3, 7):
            with pytest.raises(
                ValueError, match=f"line 3: .* from ticks 4..6 does not fit target_start = {start}"
            ):
                read_text(tmp_path / "a.dat", target_start=start)

        (tmp_path / "a.dat").write_text("1\n0, 3\n-2, 1\n-1, 8\n")
        with pytest.raises(ValueError, match=r"in ticks 4\.\.7, give target_start"):
            read_text(tmp_path / "a.dat")

    def test_a_target_valid_from_the_first_or_to_the_last_tick(self, tmp_path: Path) -> None:
        for start in (0, 7):
            samples = [Sample([], 8, 1, target_start=start), Sample([(7, 0)], 8, 0, target_start=start)]
            write_text(tmp_path / "a.dat", samples)
            assert read_text(tmp_path / "a.dat", target_start=start) == samples

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "line 1: the number of samples is missing"),
            ("one\n", "line 1: the number of samples is missing"),
            ("-1\n", "line 1: the number of samples is missing"),
            ("1\n0 3\n", "line 2: '0 3' is not two integers of up to 7 digits"),
            ("1\n0, 3\n1, \xff\n", "line 3: this is not text in UTF-8"),
            ("1\n0, 3\n1, \x00\n", r"line 3: '1, \\x00' is not two integers"),
            ("1\n0, 12345678\n", "line 2: '0, 12345678' is not two integers"),
            ("1\n0, 3, 1\n", "line 2: '0, 3, 1' is not two integers"),
            ("1\n0, 3\n0, 2\n", "line 3: millisecond 2 comes after 3"),
            ("1\n0, -1\n", "line 2: millisecond -1 comes after 0"),
            ("1\n-3, 1\n", "line 2: line -3 is neither an input line nor -2 or -1"),
            ("1\n-2, -1\n", "line 2: label -1 is negative"),
            ("1\n-2, 1\n-2, 1\n", "line 3: a second label in one sample"),
            ("1\n0, 3\n-1, 8\n", "line 3: the sample ends without a label"),
            ("1\n-2, 1\n-1, 1\n", "line 3: 1 ticks are not at least 2"),
            (
                "1\n-2, 1\n0, 8\n-1, 8\n",
                "line 4: 8 ticks are not at least 2 and more than the last event's 8",
            ),
            ("1\n0, 3\n-2, 1\n", "line 3: the file ends within a sample"),
            ("2\n-2, 1\n-1, 8\n", "line 3: 2 samples announced, 1 found"),
            ("0\n-2, 1\n-1, 8\n", "line 3: 0 samples announced, 1 found"),
            ("2\n0, 3\n-2, 1\n0, 4\n-1, 8\n0, 4\n-2, 1\n0, 5\n-1, 8\n", "line 7: .* does not fit the other"),
        ],
    )
    def test_damage_is_named_with_its_line(self, tmp_path: Path, text: str, message: str) -> None:
        (tmp_path / "a.dat").write_bytes(text.encode("latin-1"))
        with pytest.raises(ValueError, match=rf"a\.dat, {message}"):
            read_text(tmp_path / "a.dat")

    @pytest.mark.parametrize(
        ("event", "default", "start"), [(4, 20, 4), (8, 6, 6), (8, None, None), (8, 9, None)]
    )
    def test_default_start_serves_only_where_the_file_leaves_it_open(
        self, tmp_path: Path, event: int, default: int | None, start: int | None
    ) -> None:
        (tmp_path / "a.dat").write_text(f"1\n0, 3\n-2, 1\n1, {event}\n-1, 30\n")
        if start is None:
            with pytest.raises(ValueError, match=r"a\.dat.*ticks 4\.\.8"):
                read_text(tmp_path / "a.dat", default_start=default)
        else:
            assert read_text(tmp_path / "a.dat", default_start=default)[0].target_start == start

    def test_every_truncation_is_noticed(self, tmp_path: Path) -> None:
        lines = TEXT.splitlines(keepends=True)
        for n in range(len(lines)):
            (tmp_path / "a.dat").write_text("".join(lines[:n]))
            with pytest.raises(ValueError, match=rf"a\.dat, line {max(n, 1)}: "):
                read_text(tmp_path / "a.dat")

    @pytest.mark.parametrize(
        ("samples", "message"),
        [
            ([Sample([], 4)], "sample 0 has no label"),
            ([SAMPLES[0], Sample([], 4, 1, target_start=3)], "one target_start for all samples"),
            ([Sample([(0, 10**7)], 4, 1)], "sample 0 has a number of more than 7 digits"),
        ],
    )
    def test_what_the_format_cannot_hold_leaves_the_old_file(
        self, tmp_path: Path, samples: list[Sample], message: str
    ) -> None:
        (tmp_path / "a.dat").write_text("old")
        with pytest.raises(ValueError, match=message):
            write_text(tmp_path / "a.dat", samples)
        assert (tmp_path / "a.dat").read_text() == "old"


class TestPublishedFiles:
    @pytest.mark.parametrize("name", ["train", "test"])
    def test_read_whole_and_written_back_to_the_byte(self, shared: Path, tmp_path: Path, name: str) -> None:
        path = shared / "reckon" / f"dataset_cueAcc_{name}.dat"
        samples = read_text(path)
        content = path.read_text()
        assert len(samples) == 50
        assert sum(sample.n_events for sample in samples) == len(re.findall(r"^\d+, \d+$", content, re.M))
        assert [str(sample.label) for sample in samples] == re.findall(r"^-2, (\d+)$", content, re.M)
        assert {(sample.n_ticks, sample.target_start) for sample in samples} == {(2250, 2100)}
        write_text(tmp_path / "again.dat", samples)
        assert (tmp_path / "again.dat").read_bytes() == path.read_bytes()
