"""Files are written whole or not at all."""

import errno
import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Parameters, Registers, Sample
from golden_model.console.errors import sentence
from golden_model.files.files import read_archive, read_table, write_atomically
from golden_model.recordings.vectors import Vector
from golden_model.samples.event_files import read_samples, write_npz
from golden_model.training.run_folder import RunFolder
from tests.helpers.places import VECTORS

VECTOR = VECTORS / "wide_701_03.npz"


def test_write_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"old", b"new"):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["file"]


def test_interrupted_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "ours", b"")
    (tmp_path / "other").touch()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "other")}
    assert len(modes) == 1


def test_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "file", b"")


def test_full_disk_is_told_with_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space left on device") as error:
        write_atomically(tmp_path / "file", b"")
    assert sentence(error.value) == f"{tmp_path / 'file'}: No space left on device"


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"bad\.toml, line 1: this is not text in UTF-8$"):
        read_table(tmp_path / "bad.toml", "config")


class TestNetwork:
    """One file holds the tables of one network; writing one keeps the other."""

    CONFIG = Config.preset("navigation")
    PARAMETERS = Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2), threshold=5)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
    def test_the_other_table_is_kept(self, tmp_path: Path, order: tuple[int, ...]) -> None:
        path = tmp_path / "network.toml"
        for index in order:
            (self.CONFIG, self.PARAMETERS)[index].to_toml(path)
        assert Config.from_toml(path) == self.CONFIG
        assert Parameters.from_toml(path) == self.PARAMETERS

    def test_the_same_table_is_replaced(self, tmp_path: Path) -> None:
        for parameters in (self.PARAMETERS, Parameters(self.PARAMETERS.registers)):
            parameters.to_toml(tmp_path / "network.toml")
        assert Parameters.from_toml(tmp_path / "network.toml") == parameters

    @pytest.mark.parametrize("content", ["[project]", "notes", "config = [", "\x00"])
    def test_another_file_is_left_alone(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "other.toml"
        path.write_text(content)
        for item in (self.CONFIG, self.PARAMETERS):
            with pytest.raises(ValueError, match=r"other\.toml"):
                item.to_toml(path)
        assert path.read_text() == content


class TestArchives:
    """Damaged archives are refused in one way, whatever numpy and zipfile make of them."""

    def test_arrays_come_back(self, tmp_path: Path) -> None:
        np.savez(tmp_path / "a.npz", a=np.arange(3), b=np.array("text"))
        arrays = read_archive(tmp_path / "a.npz")
        assert arrays["a"].tolist() == [0, 1, 2]
        assert arrays["b"] == "text"

    def test_missing_file_is_an_os_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            read_archive(tmp_path / "a.npz")

    @pytest.mark.parametrize("content", [np.array([None]), b"not an array"])
    def test_other_members_are_refused(self, tmp_path: Path, content: object) -> None:
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("a.npy", content if isinstance(content, bytes) else npy(content))
        with pytest.raises(ValueError, match=r"a\.npz is damaged or not an \.npz archive$"):
            read_archive(tmp_path / "a.npz")

    def test_more_than_memory_holds_is_not_unpacked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        np.savez_compressed(tmp_path / "bomb.npz", a=np.zeros(1000), b=np.zeros(1000))
        monkeypatch.setattr("golden_model.files.files.MOST_BYTES", 2 * 8128)
        assert len(read_archive(tmp_path / "bomb.npz")) == 2
        monkeypatch.setattr("golden_model.files.files.MOST_BYTES", 2 * 8128 - 1)
        with pytest.raises(ValueError, match=r"bomb\.npz has arrays of 16256 bytes, more than 16255$"):
            read_archive(tmp_path / "bomb.npz")

    @pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_other_compressions_are_refused(self, tmp_path: Path, compression: int) -> None:
        with zipfile.ZipFile(tmp_path / "a.npz", "w", compression) as archive:
            archive.writestr("a.npy", npy(np.arange(3)))
        with pytest.raises(ValueError, match=r"a\.npz is damaged or not an \.npz archive$"):
            read_archive(tmp_path / "a.npz")

    def test_arrays_of_nothing_are_refused(self, tmp_path: Path) -> None:
        header = "{'descr': '|V0', 'fortran_order': False, 'shape': (1099511627776,)}\n"
        member = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("a.npy", member)
        with pytest.raises(ValueError, match=r"a\.npz is damaged or not an \.npz archive$"):
            read_archive(tmp_path / "a.npz")

    def test_memory_that_is_not_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        np.savez(tmp_path / "a.npz", a=np.arange(3))

        def load(*_: object, **__: object) -> None:
            raise MemoryError

        monkeypatch.setattr(np, "load", load)
        with pytest.raises(ValueError, match=r"a\.npz does not fit into memory$"):
            read_archive(tmp_path / "a.npz")

    @pytest.mark.parametrize("damage", ["archive", "member"])
    @pytest.mark.parametrize("reader", ["vector", "samples", "weights"])
    def test_flipped_bits(self, tmp_path: Path, reader: str, damage: str) -> None:
        path, read = archive_of(reader, tmp_path)
        rng, content, refused = np.random.default_rng(8), path.read_bytes(), 0
        for _ in range(300):
            path.write_bytes(flipped(content, rng) if damage == "archive" else flipped_member(content, rng))
            try:
                read()
            except (ValueError, OSError):
                refused += 1
        assert refused > 20


def npy(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def archive_of(reader: str, folder: Path) -> tuple[Path, Callable[[], object]]:
    """Return a sound archive and the function that reads it."""
    if reader == "vector":
        path = folder / "vector.npz"
        path.write_bytes(VECTOR.read_bytes())
        return path, lambda: Vector.load(path)
    if reader == "samples":
        path = folder / "samples.npz"
        write_npz(path, [Sample([(0, 3), (5, 1)], 8, 1), Sample([(5, 7)], 10, 0)])
        return path, lambda: read_samples(path)
    weights = tuple(np.arange(np.prod(shape)).reshape(shape) for shape in ((3, 4), (4, 4), (4, 2)))
    RunFolder(folder).write_weights(weights, weights)
    return folder / "weights.npz", RunFolder(folder).read_weights


def flipped(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the content with one to three bits flipped, headers as likely as everything else."""
    damaged = np.frombuffer(content, np.uint8).copy()
    for _ in range(rng.integers(1, 4)):
        end = rng.choice([len(content), min(100, len(content))])
        place = rng.integers(end)
        damaged[place if rng.random() < 0.5 else -1 - place] ^= 1 << rng.integers(8)
    return damaged.tobytes()


def flipped_member(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the archive with bits of one member flipped beneath a checksum that agrees."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, flipped(old.read(name), rng) if name == chosen else old.read(name))
    return buffer.getvalue()
