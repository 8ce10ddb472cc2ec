"""What is read of files: regular ones, text with or without a mark, TOML and JSON that end."""

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config, read_samples
from golden_model.files.reading import (
    MOST_LEVELS,
    naming,
    parse_json,
    parse_object,
    parse_toml,
    read_bytes,
    read_text,
)
from golden_model.tasks.published import read_published
from tests.helpers.commands import refused

DEEP = f"it is nested more than {MOST_LEVELS} levels deep"


class TestBytes:
    def test_a_device_has_no_end(self) -> None:
        with pytest.raises(ValueError, match=r"^/dev/zero is not a regular file$"):
            read_bytes("/dev/zero")

    def test_an_error_of_the_disk_has_the_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def read(_: Path) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(Path, "read_bytes", read)
        with pytest.raises(OSError, match=re.escape(f"Input/output error: '{__file__}'")):
            read_bytes(__file__)

    def test_a_pipe_may_have_no_writer(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match=r"pipe is not a regular file$"):
            read_bytes(tmp_path / "pipe")

    def test_a_folder_and_a_loop_of_links(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        for path in (tmp_path, tmp_path / "loop", tmp_path / "missing"):
            with pytest.raises(OSError, match=str(path)):
                read_bytes(path)

    def test_more_than_there_may_be(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"1234")
        assert read_bytes(tmp_path / "a", 4) == b"1234"
        with pytest.raises(ValueError, match=r"a has 4 bytes, more than 3$"):
            read_bytes(tmp_path / "a", 3)

    def test_a_file_with_holes_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        os.truncate(tmp_path / "a", 1 << 40)
        with pytest.raises(ValueError, match=rf"a has {1 << 40} bytes, more than {1 << 30}$"):
            read_bytes(tmp_path / "a")
        (tmp_path / "a").unlink()  # before anything else that reads whole folders

    @pytest.mark.parametrize("suffix", ["npz", "dat"])
    def test_readers_do_not_wait(self, tmp_path: Path, suffix: str) -> None:
        os.mkfifo(tmp_path / f"pipe.{suffix}")
        with pytest.raises(ValueError, match=rf"pipe\.{suffix} is not a regular file$"):
            read_samples(tmp_path / f"pipe.{suffix}")

    def test_commands_do_not_wait(self, capsys: pytest.CaptureFixture[str]) -> None:
        refused(["info", "--config", "/dev/zero"], capsys, "/dev/zero is not a regular file\n")


class TestText:
    MARK = b"\xef\xbb\xbf"

    @pytest.mark.parametrize("mark", [b"", MARK])
    def test_a_mark_is_no_text(self, tmp_path: Path, mark: bytes) -> None:
        (tmp_path / "a").write_bytes(mark + "ä\r\n".encode())
        assert read_text(tmp_path / "a") == "ä\r\n"

    @pytest.mark.parametrize(
        ("content", "line"), [(b"\xff", 1), (b"a\nb\xc3\n", 2), ("a\n".encode("utf-16"), 1)]
    )
    def test_other_encodings_are_refused(self, tmp_path: Path, content: bytes, line: int) -> None:
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ValueError, match=rf"a, line {line}: this is not text in UTF-8$"):
            read_text(tmp_path / "a")

    def test_networks_with_a_mark(self, tmp_path: Path) -> None:
        Config.preset("navigation").to_toml(tmp_path / "a.toml")
        (tmp_path / "a.toml").write_bytes(self.MARK + (tmp_path / "a.toml").read_bytes())
        assert Config.from_toml(tmp_path / "a.toml") == Config.preset("navigation")

    def test_samples_with_a_mark(self, tmp_path: Path) -> None:
        (tmp_path / "a.dat").write_bytes(self.MARK + b"1\n0, 3\n-2, 1\n4, 5\n-1, 8\n")
        (sample,) = read_samples(tmp_path / "a.dat", target_start=5)
        assert sample.events.tolist() == [[3, 0], [5, 4]]

    def test_published_data_with_marks(self, tmp_path: Path) -> None:
        arrays = {"inp": 2 * 2, "rec": 2 * 2, "out": 2 * 1}
        for name, count in arrays.items():
            path = tmp_path / f"init_rand_weights_{name}_cueAcc.dat"
            path.write_bytes(self.MARK + b"".join(b"%d\r\n" % number for number in range(count)))
        for name in ("train", "test"):
            content = self.MARK + b"1\n0, 3\n-2, 1\n1, 4\n-1, 8\n"
            (tmp_path / f"dataset_cueAcc_{name}.dat").write_bytes(content)
        (tmp_path / "registers.json").write_bytes(
            self.MARK + b'{"num_inp_neur": 1, "num_rec_neur": 1, "num_out_neur": 0}'
        )
        data = read_published(tmp_path, 2, 2, 1)
        assert data.weights[0].tolist() == [[0, 1], [2, 3]]
        assert data.train == data.test


@pytest.mark.parametrize(
    ("parse", "open_", "close"),
    [(parse_toml, "a=" + "[", "]"), (parse_json, "[", "]"), (parse_json, '{"a":', "}")],
)
@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 900, 5000, 100_000])
def test_deep_nesting(parse: Callable[[str], Any], open_: str, close: str, levels: int) -> None:
    start, again = open_, open_.removeprefix("a=")
    inner = "1" if again.startswith("{") else ""
    with pytest.raises(ValueError, match=f"^{DEEP}$"):
        parse(start + again * levels + inner + close * (levels + 1))


@pytest.mark.parametrize(
    "key", [".".join("a" * 200_000), "[" + ".".join(["a-1", '"b.c"', "'d'"] * 50_000), "a . " * 65]
)
def test_dotted_keys_are_nested_too(key: str) -> None:
    """The parser would need hours for the longest of these."""
    with pytest.raises(ValueError, match=f"^{DEEP}$"):
        parse_toml(f"b = 1\n{key}=1")


def test_dots_that_nest_nothing() -> None:
    numbers = [n / 8 for n in range(1000)]
    assert parse_toml(f"a = {numbers}\nb.c = 1.5 # {'.'.join('x' * 60)}") == {"a": numbers, "b": {"c": 1.5}}


def test_what_is_not_deep() -> None:
    assert parse_json(b"\xef\xbb\xbf[[1], {}]") == [[1], {}]
    assert parse_toml("a.b = [[1], [[2]]]") == {"a": {"b": [[1], [[2]]]}}
    deepest = "[" * MOST_LEVELS + "]" * MOST_LEVELS
    assert str(parse_json(deepest)) == deepest


def test_an_object() -> None:
    assert parse_object('{"a": 1}') == {"a": 1}
    with pytest.raises(ValueError, match=r"^it is a list, not an object$"):
        parse_object("[1]")


def test_what_is_wrong_has_a_name() -> None:
    for error, sentence in (
        (ValueError("it is empty"), "a.npz: it is empty"),
        (MemoryError(), "a.npz does not fit into memory"),
        (np.exceptions.AxisError(3, 2), "a.npz: axis 3 is out of bounds for array of dimension 2"),
    ):
        with pytest.raises(ValueError, match=f"^{sentence}$"), naming("a.npz"):
            raise error


@pytest.mark.parametrize("values", ["[" * 5000, ".".join("a" * 5000) + "=1"])
def test_commands_refuse_deep_files_and_values(
    tmp_path: Path, values: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(f"config = {values}" if values.startswith("[") else values)
    refused(["info", "--config", str(path)], capsys, f"{path} is not a TOML file: {DEEP}\n")
    refused(["info", "--set", f"weight_bits={'[' * 5000}"], capsys, "weight_bits = '[[[")
