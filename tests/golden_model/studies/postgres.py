"""A PostgreSQL server in a temporary folder, on a port of this machine that only this machine reaches."""

import getpass
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "eprop", "not-to-be-shown"
SECONDS = 60  # that the server may take to start or to stop
INSTALLED = Path("/usr/lib/postgresql")


@dataclass
class Server:
    """A server that runs, and how to reach it."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """Create a database and return its URL."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of a database."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"


@contextmanager
def server() -> Iterator[Server]:
    """Run a server as long as the context lasts."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    try:
        _initialize(folder)
        port = free_port()
        process = _start(folder, port)
        try:
            running = Server(port)
            _wait(process, running, folder)
            yield running
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def program(name: str) -> str:
    """Return the path of a program of the newest PostgreSQL."""
    found = sorted(INSTALLED.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        pytest.fail(f"no PostgreSQL server here ({name}): apt-get install postgresql", pytrace=False)
    return path


def _initialize(folder: Path) -> None:
    (folder / "password").write_text(PASSWORD, encoding="ascii")
    if os.getuid() == 0:
        for path in (folder, folder / "password"):
            shutil.chown(path, _owner(), _owner())
    login = ["--username", USER, "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    options = ["--no-sync", "--encoding=UTF8", "--locale=C"]
    command = [*_as_owner(), program("initdb"), "-D", str(folder / "data"), *login, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr


def _start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [*_as_owner(), program("postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def _as_owner() -> list[str]:
    """Return how to run a program that ends with this process; the server refuses to run as root."""
    owner = _owner()
    change = ["--reuid", owner, "--regid", owner, "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *change, "--pdeathsig", "QUIT"]


def _owner() -> str:
    return "postgres" if os.getuid() == 0 else getpass.getuser()


def _wait(process: "subprocess.Popen[bytes]", running: Server, folder: Path) -> None:
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            psycopg.connect(running.url("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    pytest.fail((folder / "log").read_text(encoding="utf-8"), pytrace=False)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGQUIT)  # at once, nothing is to be kept
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(SECONDS)
