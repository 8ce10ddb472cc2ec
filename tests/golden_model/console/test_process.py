"""A program as a process: interrupted at any moment, its streams closed or full, names of any characters."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.places import ROOT

EPROP = [sys.executable, "-c", "from golden_model.cli import main; main()"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def heed_interrupts() -> None:
    """Undo that SIGINT is ignored, as it is in all that a shell runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_modules_are_loaded(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "oven.py").write_text("import time; print('warm', flush=True); time.sleep(60)")
    code = "from golden_model.console.process import run_process; run_process('bake', 'oven')"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=ENVIRONMENT | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "warm\n"
        process.send_signal(number)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (130, "bake: interrupted\n")


CALLBACK = """
import ctypes, os, signal, time

@ctypes.CFUNCTYPE(None)
def callback():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass

def run():
    callback()
    time.sleep(60)
    return 0
"""


def test_interrupted_in_a_callback(tmp_path: Path) -> None:
    """Which is where an exception is lost."""
    (tmp_path / "oven.py").write_text(CALLBACK)
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code += "from golden_model.console.process import run_process; run_process('bake', 'oven')"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=ENVIRONMENT | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert (run.returncode, run.stderr) == (130, "bake: interrupted\n")


def test_nothing_is_loaded_before_interrupts_are_heeded() -> None:
    """What would take long enough to be interrupted in."""
    code = "import sys, golden_model.cli; print({'typer', 'rich', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("set()\n", "")


def shell(redirection: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command with a redirection of the shell; return exit code, output and errors."""
    command = ["sh", "-c", f'"$@" {redirection}', "sh", *EPROP, *arguments]
    run = subprocess.run(command, env=ENVIRONMENT | environment, capture_output=True)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


FULL = "eprop: standard output: No space left on device\n"


@pytest.mark.parametrize("arguments", [["--version"], ["info"], ["--help"]], ids=str)
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">&-", 0, ""),
        (">&- 2>&-", 0, ""),
        ("</dev/null >/dev/null", 0, ""),
        (">/dev/full", 2, FULL),
        (">/dev/full 2>/dev/full", 2, ""),
    ],
)
def test_closed_and_full_streams(arguments: list[str], redirection: str, code: int, said: str) -> None:
    assert shell(redirection, *arguments) == (code, "", said)


def test_nobody_reads_on() -> None:
    assert shell("| head -c 5", "info")[1:] == ("versi", "")


def test_errors_of_a_closed_stream_are_not_printed_elsewhere() -> None:
    assert shell("2>&-", "verify", "missing.npz") == (2, "", "")


NAMES = """
import sys
from golden_model.console.screen import make_console, make_table

def run():
    console, table, name = make_console(), make_table("", ""), sys.argv[1]
    table.add_row(name, name)
    print(name)
    console.print(name)
    console.print(table)
    return 0
"""


@pytest.mark.parametrize("name", ["a[/b]", "[bold]", ":dog:", "$x^$", "é", "日本", os.fsdecode(b"\xff")])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_names_are_printed_as_they_stand(name: str, encoding: str, tmp_path: Path) -> None:
    """What the encoding lacks is an escape."""
    (tmp_path / "names.py").write_text(NAMES)
    start = "from golden_model.console.process import run_process; run_process('bake', 'names')"
    environment = ENVIRONMENT | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "PYTHONIOENCODING": encoding,
    }
    run = subprocess.run([sys.executable, "-c", start, name], env=environment, capture_output=True)
    shown = name.encode(encoding, "backslashreplace").decode(encoding)
    assert (run.returncode, run.stderr) == (0, b"")
    first, second, row = run.stdout.decode(encoding).splitlines()
    assert (first, second, row.split()) == (shown, shown, [shown, shown])
