"""Files created together: all or none, wherever the writing stops."""

from pathlib import Path

import pytest

from golden_model.files import new_files
from golden_model.files.new_files import check_free, check_place, publish


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
