"""Compiled code on the disk is a help: whatever fails there is compiled anew, and computes the same."""

import errno
import itertools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from golden_model.core import kernel_cache
from golden_model.core.compiled import kernel


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for compiled code."""
    monkeypatch.setattr(kernel_cache, "CACHE_FOLDER", tmp_path)
    return tmp_path


def double(number: int) -> int:
    return 2 * number


def compiled_anew() -> bool:
    """Run the kernel of what is a new process to the cache, and tell whether it had to be compiled."""
    made: Any = kernel(double)
    assert made(21) == 42
    return sum(made.stats.cache_misses.values()) == 1


def files(folder: Path) -> list[Path]:
    """The index, and the code."""
    index, code = sorted(folder.rglob("*.nb*"), key=lambda path: path.suffix, reverse=True)
    assert (index.suffix, code.suffix) == (".nbi", ".nbc")
    return [index, code]


def test_compiled_once(folder: Path) -> None:
    assert [compiled_anew() for _ in range(3)] == [True, False, False]
    assert len(files(folder)) == 2


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def fill_with_text(path: Path) -> None:
    path.write_text("not compiled code\n")


def remove(path: Path) -> None:
    path.unlink()


DAMAGES = (cut, empty, fill_with_zeros, fill_with_text, remove)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("index", [0, 1], ids=["index", "code"])
def test_damaged_file_is_written_anew(folder: Path, index: int, damage: Callable[[Path], None]) -> None:
    compiled_anew()
    damage(files(folder)[index])
    assert [compiled_anew() for _ in range(2)] == [True, False]


@pytest.mark.parametrize("index", [0, 1], ids=["index", "code"])
def test_unreadable_file_counts_as_missing(folder: Path, index: int) -> None:
    compiled_anew()
    path = files(folder)[index]
    path.unlink()
    path.mkdir()  # which nobody can read as a file, whatever their rights
    assert [compiled_anew() for _ in range(2)] == [True, True]


class TestDisk:
    """What cannot be written is not kept, and what is there is used."""

    @staticmethod
    def fail_to_write(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError(code, os.strerror(code))

        for module, name in ((tempfile, "TemporaryFile"), (os, "replace"), (os, "mkdir")):
            monkeypatch.setattr(module, name, fail)

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
    def test_empty_folder(self, folder: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail_to_write(monkeypatch, code)
        assert [compiled_anew() for _ in range(2)] == [True, True]
        assert list(folder.rglob("*.nb*")) == []

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
    def test_filled_folder(self, folder: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
        compiled_anew()
        self.fail_to_write(monkeypatch, code)
        assert [compiled_anew() for _ in range(2)] == [False, False]

    def test_full_between_index_and_code(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        replace, calls = os.replace, itertools.count()

        def replace_once(source: Any, target: Any) -> None:
            if next(calls):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            replace(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", replace_once)
            assert compiled_anew()
        assert [path.suffix for path in folder.rglob("*.nb*")] == [".nbi"]
        assert [compiled_anew() for _ in range(2)] == [True, False]
