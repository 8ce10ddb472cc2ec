"""One report for all tests that only look at it, and the storages and queues of studies."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from golden_model.studies.page.page import Page, write_page
from golden_model.studies.sweep.lives import Identity, this_host
from golden_model.studies.sweep.places import JOURNAL, Place
from golden_model.studies.sweep.storage import Queue
from tests.golden_model.studies import example, postgres
from tests.golden_model.studies.trainings import JOBS, PLAN


@pytest.fixture(scope="session")
def page() -> Page:
    return example.page()


@pytest.fixture(scope="session")
def folder(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the report was written to, with the files that its points lead to."""
    folder = tmp_path_factory.mktemp("study")
    example.write_configurations(folder)
    write_page(folder, page)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def database(server: postgres.Server) -> str:
    """The URL of an empty database."""
    return server.new_database()


@pytest.fixture(params=["journal", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a study can be kept: the path of a journal, the URL of an empty database."""
    if request.param == "journal":
        return str(tmp_path / JOURNAL)
    return str(request.getfixturevalue("database"))


@pytest.fixture
def queue(storage: str) -> Queue:
    """A queue with all trainings."""
    queue = Queue(Place(storage, "s"), PLAN)
    queue.put(JOBS)
    return queue


@pytest.fixture(scope="session")
def dead() -> Identity:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        process.communicate(b"\n")
    return Identity(this_host(), process.pid, started)
