"""Where a study is kept: a journal in its folder, or a database that many machines reach."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import OptunaError
from optuna.samplers import RandomSampler
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from golden_model.run_folder import differences

JOURNAL = "study.journal"
KIND, VERSION = "eprop-core study", 1
LOCK_SECONDS = 10  # after which the lock of a killed writer is broken
CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Place:
    """A study in a storage.

    Attributes
    ----------
    storage : str
        Path of a journal, or URL of a database.
    name : str
    """

    storage: str
    name: str

    @property
    def is_database(self) -> bool:
        """Whether it is in a database."""
        return "://" in self.storage

    def __str__(self) -> str:
        if not self.is_database:
            return self.storage
        try:
            return make_url(self.storage).render_as_string(hide_password=True)
        except SQLAlchemyError:
            return self.storage


def open_study(place: Place, plan: Mapping[str, Any], *, resume: bool) -> optuna.Study:
    """Return the study of a plan, created if there is none.

    Raises
    ------
    ValueError
        The storage cannot be used; or there is a study, and `resume` is false, or it is of another version,
        or of another plan.
    """
    try:
        storage = _database(place.storage) if place.is_database else _journal(Path(place.storage))
        exists = place.name in optuna.get_all_study_names(storage)
        if exists and not resume:
            raise ValueError(
                f"{place} already holds a study {place.name}, resume it or choose another folder"
            )
        study = optuna.create_study(
            storage=storage,
            study_name=place.name,
            sampler=RandomSampler(seed=0),  # never asked, all values are given
            direction="maximize",
            load_if_exists=True,
        )
        kept = study.user_attrs.get("study")
        if kept is None:
            kept = {"kind": KIND, "version": VERSION, "plan": dict(plan)}
            study.set_user_attr("study", kept)
    except (SQLAlchemyError, OptunaError, ImportError, RuntimeError) as error:
        raise ValueError(f"{place} cannot be used: {_first_line(error)}") from None
    _check(place, kept, plan)
    return study


def _check(place: Place, kept: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
    """Refuse a study of another version or another plan."""
    if kept["version"] != VERSION:
        raise ValueError(f"{place} holds a study of version {kept['version']}, this program reads {VERSION}")
    for name, old, new in differences(kept["plan"], plan):
        raise ValueError(
            f"the study in {place} has {name} = {old}, not {new}, "
            "resume it with its own settings or choose another folder"
        )


def _database(url: str) -> BaseStorage:
    # SQLAlchemy has several drivers for PostgreSQL; this is the one that is installed.
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("postgresql"):
        options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
    return RDBStorage(url, engine_kwargs=options)


def _journal(path: Path) -> BaseStorage:
    lock = JournalFileSymlinkLock(str(path), grace_period=LOCK_SECONDS)
    _mend(path)
    try:
        return JournalStorage(JournalFileBackend(str(path), lock))
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is damaged or not the journal of a study") from None


def _mend(path: Path) -> None:
    """Take away the line that a killed writer did not finish."""
    content = path.read_bytes() if path.exists() else b""
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
