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
    """A server, where its files are, and how to reach it."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """Create a database and return its URL."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self, after: float = 0.0) -> None:
        """Run it after some seconds, for which nobody waits here."""
        self.process = _start(self.folder, self.port, after)

    def wait(self) -> None:
        """Wait until it answers."""
        assert self.process is not None
        _wait(self.process, self)

    def stop(self) -> None:
        """End all connections, and then it, with all that was committed kept."""
        if self.process is not None:
            _stop(self.process, signal.SIGINT)

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of a database."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"


@contextmanager
def server() -> Iterator[Server]:
    """Run a server as long as the context lasts."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    try:
        _initialize(folder)
        running = Server(folder, free_port())
        try:
            running.start()
            running.wait()
            yield running
        finally:
            if running.process is not None:
                _stop(running.process, signal.SIGQUIT)  # at once, nothing is to be kept
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


def _start(folder: Path, port: int, after: float) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    late = ["sh", "-c", 'sleep "$0"; exec "$@"', str(after)]  # not a thread, with which the server would end
    command = [*late, *_as_owner(), program("postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def _as_owner() -> list[str]:
    """Return how to run a program that ends with this process; the server refuses to run as root."""
    owner = _owner()
    change = ["--reuid", owner, "--regid", owner, "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *change, "--pdeathsig", "QUIT"]


def _owner() -> str:
    return "postgres" if os.getuid() == 0 else getpass.getuser()


def _wait(process: "subprocess.Popen[bytes]", running: Server) -> None:
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            psycopg.connect(running.url("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    pytest.fail((running.folder / "log").read_text(encoding="utf-8"), pytrace=False)


def _stop(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(SECONDS)
