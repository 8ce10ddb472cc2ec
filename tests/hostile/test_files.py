"""Every damaged file is accepted or refused in one sentence that names it, in little memory and time."""

import multiprocessing
import os
import resource
import shutil
import signal
import stat
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from golden_model.console.errors import sentence
from tests.hostile.mutations import PLACES, bytes_mutated
from tests.hostile.readers import READERS, Reader

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MEMORY = 1 << 30  # beyond what the process has
SECONDS = 10  # of the processor, whatever else the machine does
PATIENCE = 300  # seconds until a case that waits for something is given up


@pytest.mark.parametrize("kind", READERS)
def test_damaged_files(kind: str, tmp_path: Path) -> None:
    check(READERS[kind], tmp_path, range(READERS[kind].few))


@pytest.mark.long
@pytest.mark.parametrize("kind", READERS)
def test_many_damaged_files(kind: str, tmp_path: Path) -> None:
    few = READERS[kind].few
    check(READERS[kind], tmp_path, range(few, 10 * few))


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (lambda folder: int("x"), "does not name"),
        (lambda folder: {}["a"], "KeyError"),
        (lambda folder: bytearray(2 << 30), "MemoryError"),
        (lambda folder: (folder / "left").touch(), "leaves left"),
        (lambda folder: os._exit(7), "died"),
        (lambda folder: sum(range(1 << 40)), "died"),
    ],
)
def test_what_is_wrong_is_found(
    read: Callable[[Path], object], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.SECONDS", 0.5)
    reader = Reader("a", lambda folder: (folder / "a").write_bytes(b"1"), read, (bytes_mutated,))
    with pytest.raises(AssertionError, match=found):
        check(reader, tmp_path, range(1))


def check(reader: Reader, folder: Path, seeds: range) -> None:
    """Read a file damaged in many ways, in a process of limited memory that may die."""
    reader.make(folder)
    report = folder.with_suffix(".report")
    process = multiprocessing.get_context("fork").Process(
        target=_read_all, args=(reader, folder, seeds, report)
    )
    process.start()
    process.join()
    found = report.read_text(encoding="utf-8")
    assert found == "done", found if process.exitcode == 0 else f"{found}: died ({process.exitcode})"


def _read_all(reader: Reader, folder: Path, seeds: range, report: Path) -> None:
    warnings.simplefilter("ignore")
    sound = (folder / reader.name).read_bytes()
    limit = _bytes_of_process() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for seed in seeds:
        report.write_text(f"seed {seed}", encoding="utf-8")
        _put(reader, folder / reader.name, sound, seed)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.alarm(PATIENCE)
        for problem in _problems(reader, folder):
            report.write_text(f"seed {seed}: {problem}", encoding="utf-8")
            return
        signal.alarm(0)
    report.write_text("done", encoding="utf-8")


def _bytes_of_process() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _put(reader: Reader, path: Path, sound: bytes, seed: int) -> None:
    """Put what becomes of a file in its place: what is no file first, then mutations."""
    if stat.S_ISDIR(path.lstat().st_mode):
        shutil.rmtree(path)
    else:
        path.unlink()
    if seed < len(PLACES):
        PLACES[seed](path)
        return
    rng = np.random.default_rng(seed)
    mutation = reader.mutations[rng.integers(len(reader.mutations))]
    path.write_bytes(mutation(sound, rng))


def _problems(reader: Reader, folder: Path) -> Iterator[str]:
    """Yield what is wrong with how a file is read."""
    before = _files(folder)
    try:
        reader.read(folder)
    except (ValueError, OSError) as error:
        said = sentence(error)
        if str(folder) not in said or "\n" in said:
            yield f"{said!r} does not name the file: {traceback.format_exc()}"
    except BaseException:
        yield traceback.format_exc()
    if left := _files(folder) - before:
        yield f"leaves {', '.join(left)}"


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
