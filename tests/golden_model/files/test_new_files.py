"""Files created together: all or none, wherever the writing stops."""

import errno
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from golden_model.files import new_files
from golden_model.files.new_files import check_free, check_place, make_folder, publish, replacing


@pytest.fixture
def drafts(tmp_path: Path) -> dict[Path, Path]:
    """Two drafts of two files, for two folders, one in the other, beside a file that is there."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine").touch()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for file in ("a", "b"):
            (tmp_path / name / file).write_text(name + file)
    return {tmp_path / "kept": tmp_path / "one", tmp_path / "kept" / "new" / "deep": tmp_path / "two"}


def test_files_go_to_their_folders(drafts: dict[Path, Path], tmp_path: Path) -> None:
    publish(drafts)
    found = {path.relative_to(tmp_path / "kept").as_posix() for path in (tmp_path / "kept").rglob("*")}
    assert found == {"mine", "a", "b", "new", "new/deep", "new/deep/a", "new/deep/b"}
    assert (tmp_path / "kept" / "new" / "deep" / "b").read_text() == "twob"


@pytest.mark.parametrize("failure", [OSError("no space"), KeyboardInterrupt()], ids=["error", "interrupt"])
@pytest.mark.parametrize("after", range(4))
def test_a_failure_leaves_nothing(
    drafts: dict[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    failure: BaseException,
) -> None:
    write, written = new_files.write_atomically, list[Path]()

    def failing(path: Path, content: bytes) -> None:
        if len(written) == after:
            raise failure
        write(path, content)
        written.append(path)

    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(new_files, "write_atomically", failing)
    with pytest.raises(type(failure)):
        publish(drafts)
    assert len(written) == after
    assert sorted(tmp_path.rglob("*")) == before


def test_who_starts_beside_may_create_a_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the trainings of a job array do; what others created stays."""
    mkdir = Path.mkdir

    def late(path: Path) -> None:
        mkdir(path)
        mkdir(path)

    monkeypatch.setattr(Path, "mkdir", late)
    with ExitStack() as undo:
        make_folder(tmp_path / "runs" / "0", undo)
    assert (tmp_path / "runs" / "0").is_dir()


def test_places_that_are_taken(drafts: dict[Path, Path], tmp_path: Path) -> None:
    mine, link = tmp_path / "kept" / "mine", tmp_path / "kept" / "a"
    link.symlink_to(tmp_path / "nowhere")
    for place in (mine, link):
        for folder in (place, place / "deep" / "er"):
            with pytest.raises(ValueError, match=f"^{place} is not a folder$"):
                check_place(folder)
    check_place(tmp_path / "kept" / "new" / "deep")
    with pytest.raises(ValueError, match=f"^{link} would be overwritten, choose another folder$"):
        check_free(tmp_path / "kept", tmp_path / "one")


FAILURES = [OSError("no space"), KeyboardInterrupt()]


def put(folder: Path, *names: str, failure: BaseException | None = None) -> None:
    """Replace files of a folder, unless something fails when they are written."""
    with replacing(folder) as draft:
        for name in names:
            (draft / name).write_text("new")
        if failure is not None:
            raise failure


class TestReplacing:
    """Files that take the place of earlier ones, all when all are written, or none."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with files of the user, and one of an earlier time."""
        folder = tmp_path / "there"
        (folder / "deep").mkdir(parents=True)
        for name in ("mine", "deep/mine", "a"):
            (folder / name).write_text("old")
        return folder

    @staticmethod
    def texts(folder: Path) -> dict[str, str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_text() for path in files}

    def test_new_folder(self, tmp_path: Path) -> None:
        with replacing(tmp_path / "new") as draft:
            (draft / "a").write_text("new")
            assert not (tmp_path / "new").exists()
        (tmp_path / "other").mkdir()
        assert self.texts(tmp_path) == {"new/a": "new"}
        assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode

    def test_others_stay(self, folder: Path) -> None:
        owner = folder.stat().st_ino
        put(folder, "a", "b")
        assert self.texts(folder) == {"mine": "old", "deep/mine": "old", "a": "new", "b": "new"}
        assert folder.stat().st_ino == owner
        assert sorted(os.listdir(folder)) == ["a", "b", "deep", "mine"]

    @pytest.mark.parametrize(
        "failure", [OSError("no space"), KeyboardInterrupt()], ids=["error", "interrupt"]
    )
    @pytest.mark.parametrize("name", ["there", "new"])
    def test_a_failure_changes_nothing(self, folder: Path, name: str, failure: BaseException) -> None:
        before = sorted(folder.parent.rglob("*")), self.texts(folder)
        with pytest.raises(type(failure)):
            put(folder.parent / name, "a", failure=failure)
        assert (sorted(folder.parent.rglob("*")), self.texts(folder)) == before

    def test_folder_in_place_of_a_file(self, folder: Path) -> None:
        before = self.texts(folder)
        with pytest.raises(
            ValueError, match=r"there/deep is a folder, a file of that name is to be written$"
        ):
            put(folder, "a", "deep")
        assert self.texts(folder) == before

    def test_full_disk_is_told_with_a_name(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(Path, "write_text", fail)
        with pytest.raises(OSError, match="No space left") as error:
            put(folder, "a")
        assert error.value.filename == str(folder)


def test_folders_that_stay_empty_are_removed_if_they_are_ours(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    for name in ("mine", "mine/new/deep", "new"):
        with ExitStack() as undo:
            make_folder(tmp_path / name, undo)
            assert (tmp_path / name).is_dir()
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "mine"]
    with ExitStack() as undo:
        make_folder(tmp_path / "new" / "deep", undo)
        (tmp_path / "new" / "file").touch()
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "mine", tmp_path / "new", tmp_path / "new" / "file"]
