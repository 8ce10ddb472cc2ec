"""Where a study is kept: a journal in its folder, or a database that many machines reach."""

import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import finalize

import optuna
from optuna.exceptions import DuplicatedStudyError, OptunaError
from optuna.samplers import RandomSampler
from optuna.storages import BaseStorage, RDBStorage, get_storage
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.pool import NullPool

from golden_model.studies.sweep.journal import open_journal
from golden_model.studies.sweep.patience import Patience, reason_of
from golden_model.studies.sweep.urls import check_url, shown, without_secrets
from golden_model.training.run_folder import differences

JOURNAL = "study.journal"
KIND, VERSION = "eprop-core study", 1
CONNECT_SECONDS = 10

optuna.logging.set_verbosity(optuna.logging.ERROR)


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
        return shown(self.storage) if self.is_database else self.storage

    @contextmanager
    def told_in_a_sentence(self) -> Iterator[None]:
        """Turn what a storage raises into a ValueError of one sentence."""
        try:
            yield
        except (SQLAlchemyError, OptunaError, ImportError, RuntimeError) as error:
            reason = reason_of(error)
            if self.is_database:
                reason = without_secrets(reason, self.storage)
            raise ValueError(f"{self} cannot be used: {reason}") from None


def open_study(place: Place, plan: Mapping[str, Any], *, resume: bool, waiting: bool = False) -> optuna.Study:
    """Return the study of a plan, created if there is none.

    Parameters
    ----------
    place : Place
    plan : mapping
    resume : bool
        Whether an existing study is welcome.
    waiting : bool
        Whether to wait for a database that is out of reach, as for one that was there before.

    Raises
    ------
    ValueError
        The storage cannot be used; or there is a study, and `resume` is false, or it is of another version,
        or of another plan.
    OSError
        The journal cannot be read.
    """
    with place.told_in_a_sentence():
        create = Patience().trying(_create) if waiting else _create
        study = create(place, resume)
        kept = study.user_attrs.get("study")
        if kept is None and not study.get_trials(deepcopy=False):  # new, or its creator was killed here
            kept = {"kind": KIND, "version": VERSION, "plan": dict(plan)}
            study.set_user_attr("study", kept)
    _check(place, kept, plan)
    return study


def _create(place: Place, resume: bool) -> optuna.Study:
    """Create a study; load it if it exists and that is welcome."""
    try:
        return optuna.create_study(
            storage=_database(place.storage) if place.is_database else open_journal(Path(place.storage)),
            study_name=place.name,
            sampler=RandomSampler(seed=0),  # never asked, all values are given
            direction="maximize",
            load_if_exists=resume,
        )
    except DuplicatedStudyError:
        raise ValueError(
            f"{place} already holds a study {place.name}, resume it (--resume) or choose another folder"
        ) from None


def _check(place: Place, kept: Any, plan: Mapping[str, Any]) -> None:
    """Refuse what another program made, a study of another version, or of another plan."""
    if not isinstance(kept, dict) or kept.get("kind") != KIND:
        raise ValueError(f"the study {place.name} in {place} is none of this program, choose another --name")
    if kept.get("version") != VERSION:
        raise ValueError(
            f"{place} holds a study of version {kept.get('version')}, this program reads {VERSION}"
        )
    for name, old, new in differences(kept.get("plan"), plan, "plan"):
        raise ValueError(
            f"the study in {place} has {name} = {old}, not {new}, "
            "resume it with its own settings or choose another folder"
        )


def _database(url: str) -> BaseStorage:
    check_url(url)
    # SQLAlchemy has several drivers for PostgreSQL; this is the one that is installed.
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("postgresql"):
        options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
    try:
        with warnings.catch_warnings(action="error", category=SAWarning):
            engine = create_engine(url, poolclass=NullPool, connect_args=options.get("connect_args", {}))
            connection = engine.connect()
    except (TypeError, ValueError, SAWarning) as error:  # of drivers, about the query of the URL
        raise RuntimeError(error.args[0] if error.args else str(error)) from None
    with connection:
        if url.startswith("postgresql"):  # one at a time makes the tables; the lock ends with the connection
            connection.execute(select(func.pg_advisory_lock(zlib.crc32(KIND.encode()))))
        database = RDBStorage(url, engine_kwargs=options)
    finalize(database, database.engine.dispose)  # closes its connections
    storage = get_storage(database)
    Patience().with_storage(storage)
    return storage
