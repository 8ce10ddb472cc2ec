"""The place of a study: what is created, what is refused in which words, what the killed leave."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import optuna
import pytest
from optuna.exceptions import OptunaError
from optuna.trial import TrialState

from golden_model.studies.sweep.journal import JournalLock, open_journal
from golden_model.studies.sweep.places import JOURNAL, KIND, Place, open_study
from tests.golden_model.studies import postgres

PLAN = {"kind": "grid", "seeds": 2, "axes": [["membrane_bits", ["membrane_bits"], [12, 16]]]}


def refusal(place: Place, plan: dict[str, Any] = PLAN, *, resume: bool = True) -> str:
    """Return with which words a study is not opened."""
    with pytest.raises(ValueError, match=".") as caught:
        open_study(place, plan, resume=resume)
    return str(caught.value)


class TestStudy:
    def test_is_created_and_opened_again(self, storage: str) -> None:
        place = Place(storage, "s")
        open_study(place, PLAN, resume=False).enqueue_trial({}, user_attrs={"job": "j"})
        again = open_study(place, PLAN, resume=True)
        assert [trial.user_attrs for trial in again.get_trials()] == [{"job": "j"}]
        assert again.user_attrs == {"study": {"kind": KIND, "version": 1, "plan": PLAN}}

    def test_existing_is_refused_unless_resumed(self, storage: str) -> None:
        place = Place(storage, "s")
        open_study(place, PLAN, resume=False)
        assert refusal(place, resume=False) == (
            f"{place} already holds a study s, resume it (--resume) or choose another folder"
        )

    def test_of_another_version_is_refused(self, storage: str) -> None:
        place = Place(storage, "s")
        kept = {"kind": KIND, "version": 2, "plan": PLAN}
        open_study(place, PLAN, resume=False).set_user_attr("study", kept)
        assert refusal(place) == f"{place} holds a study of version 2, this program reads 1"

    def test_of_another_plan_is_refused(self, storage: str) -> None:
        place = Place(storage, "s")
        open_study(place, PLAN, resume=False)
        assert refusal(place, PLAN | {"seeds": 3}) == (
            f"the study in {place} has seeds = 2, not 3, "
            "resume it with its own settings or choose another folder"
        )

    @pytest.mark.parametrize("kept", [None, {"kind": "other", "version": 1}])
    def test_of_another_program_is_refused(self, storage: str, kept: object) -> None:
        place = Place(storage, "s")
        study = open_study(place, PLAN, resume=False)
        study.set_user_attr("study", kept)
        study.enqueue_trial({})
        assert refusal(place) == f"the study s in {place} is none of this program, choose another --name"
        assert study.user_attrs == {"study": kept}

    def test_whose_creator_was_killed_is_taken_over(self, storage: str) -> None:
        place = Place(storage, "s")
        open_study(place, PLAN, resume=False).set_user_attr("study", None)
        assert open_study(place, PLAN, resume=True).user_attrs["study"]["plan"] == PLAN

    def test_that_many_create_at_once_is_one(self, storage: str) -> None:
        many = 4
        together = Barrier(many, timeout=30)

        def create(_: int) -> int:
            together.wait()
            return len(open_study(Place(storage, "s"), PLAN, resume=True).get_trials())

        with ThreadPoolExecutor(many) as pool:
            assert list(pool.map(create, range(many))) == [0] * many
        assert refusal(Place(storage, "s"), resume=False).endswith("choose another folder")


class TestDatabase:
    def test_unreachable_is_refused(self) -> None:
        port = postgres.free_port()
        said = refusal(Place(f"postgresql://me:{postgres.PASSWORD}@127.0.0.1:{port}/x", "s"))
        assert said.startswith(f"postgresql://127.0.0.1:{port}/x cannot be used: connection failed: ")
        assert "refused" in said.lower()
        assert "\n" not in said

    def test_wrong_password_is_refused_and_not_shown(self, server: postgres.Server) -> None:
        said = refusal(Place(server.url("postgres", password="guessed"), "s"))
        assert 'password authentication failed for user "***"' in said
        assert "guessed" not in said

    @pytest.mark.parametrize(
        ("error", "said"), [(RuntimeError(), "RuntimeError"), (OptunaError("one\ntwo"), "one")]
    )
    def test_error_is_told_in_a_sentence(self, error: Exception, said: str) -> None:
        with (
            pytest.raises(ValueError, match=f"^a://b cannot be used: {said}$"),
            Place("a://b", "s").told_in_a_sentence(),
        ):
            raise error

    def test_what_a_driver_repeats_of_the_query_is_not_shown(self, server: postgres.Server) -> None:
        said = refusal(Place(server.url("postgres") + "?sslmode=hunter2", "s"))
        assert said.startswith(f"postgresql://127.0.0.1:{server.port}/postgres cannot be used: ")
        assert said.endswith('invalid *** value: "***"')
        said = refusal(Place("sqlite:///s.db?timeout=hunter2", "s"))
        assert said.startswith("sqlite:///s.db cannot be used: ")
        assert "hunter2" not in said
        said = refusal(Place("sqlite:///s.db?hunter2=1", "s"))
        assert said.startswith(
            "sqlite:///s.db cannot be used: Query string argument(s) '***' are not accepted"
        )

    def test_password_in_a_file_of_its_own(
        self, database: str, server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where command lines, which all users of a machine see, do not show it."""
        passwords = tmp_path / "passwords"
        passwords.write_text(f"127.0.0.1:*:*:{postgres.USER}:{postgres.PASSWORD}\n")
        passwords.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(passwords))
        study = open_study(Place(database.replace(f":{postgres.PASSWORD}", ""), "s"), PLAN, resume=False)
        assert study.user_attrs["study"]["plan"] == PLAN


class TestJournal:
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        """A study with two trials."""
        place = Place(str(tmp_path / JOURNAL), "s")
        study = open_study(place, PLAN, resume=False)
        study.enqueue_trial({}, user_attrs={"job": "a"})
        study.enqueue_trial({}, user_attrs={"job": "b"})
        return place

    @pytest.mark.parametrize("damage", ["not JSON", "[1]", "{}", '{"op_code": 99}', "\xff", '"a'])
    @pytest.mark.parametrize("where", [0, 2, 4])
    def test_damaged_is_refused_and_kept(self, place: Place, damage: str, where: int) -> None:
        path = Path(place.storage)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines.insert(where, damage + "\n")
        path.write_text("".join(lines), encoding="latin-1")
        before = path.read_bytes()
        assert refusal(place) == f"{path} is damaged or not the journal of a study"
        assert path.read_bytes() == before

    def test_line_that_a_killed_writer_did_not_finish_is_removed(self, place: Place) -> None:
        path = Path(place.storage)
        whole = path.read_bytes()
        last = whole.splitlines(keepends=True)[-1]
        for length in range(1, len(last), 7):
            path.write_bytes(whole[: len(whole) - length])
            study = open_study(place, PLAN, resume=True)
            study.enqueue_trial({}, user_attrs={"job": "c"})
            assert [trial.user_attrs["job"] for trial in study.get_trials()] == ["a", "c"]
            assert open_journal(path).get_all_trials(0) == study.get_trials()

    def test_line_that_is_not_finished_is_removed_by_those_who_go_on(self, place: Place) -> None:
        """The others have the journal open when one of them is killed within a line."""
        first, second = (open_study(place, PLAN, resume=True) for _ in range(2))
        with Path(place.storage).open("ab") as journal:
            journal.write(b'{"op_code":5,"worker')
        assert [trial.user_attrs["job"] for trial in first.get_trials()] == ["a", "b"]
        second.enqueue_trial({}, user_attrs={"job": "c"})
        first.enqueue_trial({}, user_attrs={"job": "d"})
        for study in (first, second, open_study(place, PLAN, resume=True)):
            assert [trial.user_attrs["job"] for trial in study.get_trials()] == ["a", "b", "c", "d"]

    def test_lock_of_a_killed_writer_is_free(self, place: Place) -> None:
        code = (
            "import sys; from pathlib import Path\n"
            "from golden_model.studies.sweep.journal import JournalLock\n"
            "lock = JournalLock(Path(sys.argv[1]))\n"
            "lock.acquire(); print('locked', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", code, place.storage]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "locked\n"
            study = open_study_without_writing(place)
            with ThreadPoolExecutor(1) as pool:
                adding = pool.submit(study.enqueue_trial, {})
                with pytest.raises(TimeoutError):
                    adding.result(timeout=0.2)
                os.kill(writer.pid, signal.SIGKILL)
                adding.result(timeout=30)
        assert [trial.state for trial in study.get_trials()] == [TrialState.WAITING] * 3

    def test_lock_keeps_others_out(self, place: Place) -> None:
        lock, other = (JournalLock(Path(place.storage)) for _ in range(2))
        lock.acquire()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(other.acquire)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            lock.release()
            assert waiting.result(timeout=30)
        other.release()

    def test_folder_in_its_place_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / JOURNAL).mkdir()
        with pytest.raises(IsADirectoryError, match=re.escape(JOURNAL)):
            open_study(Place(str(tmp_path / JOURNAL), "s"), PLAN, resume=False)


def open_study_without_writing(place: Place) -> optuna.Study:
    """Load a study; to create it if it is missing takes the lock."""
    return optuna.load_study(study_name=place.name, storage=open_journal(Path(place.storage)))
