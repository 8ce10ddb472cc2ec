"""Commands that are killed at a moment, and what they leave when they are run again."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tests.helpers.places import ROOT

START = "from golden_model.cli import main; print('begins', flush=True); main()"
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
SAID = re.compile(r"(eprop: interrupted[^\n]*\n)?")


def heed_interrupts() -> None:
    """Undo that SIGINT is ignored, as it is in all that a shell runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(folder: Path, arguments: list[str]) -> subprocess.Popen[str]:
    """Start a command in a folder and return when it has begun to load its modules."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    return process


def finish(folder: Path, arguments: list[str]) -> float:
    """Run a command to its end, and return how many seconds that took."""
    began = time.monotonic()
    with start(folder, arguments) as process:
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return time.monotonic() - began


def kill(folder: Path, arguments: list[str], seconds: float, number: signal.Signals) -> None:
    """Start a command and kill it after some seconds, if it has not ended; it says a sentence at most."""
    with start(folder, arguments) as process:
        time.sleep(seconds)
        process.send_signal(number)
        _, errors = process.communicate()
    ends = (0, -9) if number == signal.SIGKILL else (0, 130)
    assert process.returncode in ends, errors
    assert SAID.fullmatch(errors), errors


def killed(folder: Path, arguments: list[str], times: int, seed: int) -> None:
    """Kill a command at moments of its time, one signal after another, and let it come to its end."""
    whole = finish(folder, arguments)
    rng = np.random.default_rng(seed)
    for count in range(times):
        seconds = whole * rng.uniform(0.02, 1)
        kill(folder / "killed", arguments, seconds, SIGNALS[count % len(SIGNALS)])
    finish(folder / "killed", arguments)


def contents(folder: Path) -> dict[str, object]:
    """Return all files but those that something killed was writing, without times and versions."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and ".tmp" not in name:
            found[name] = path.read_bytes()
    if "results.json" in found:
        results = json.loads((folder / "results.json").read_bytes())
        found["results.json"] = {key: results[key] for key in results.keys() - {"wall_seconds", "versions"}}
    return found
