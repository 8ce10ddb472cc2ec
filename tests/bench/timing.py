"""Timing: actions in turn, so that a slow moment of the machine meets all of them; and whole processes."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

# On standard error at exit: the process's greatest resident memory in KiB.
REPORT_MEMORY = """
import atexit, re, sys
def report():
    with open("/proc/self/status") as status:
        print(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1], file=sys.stderr)
atexit.register(report)
"""


@dataclass(frozen=True)
class Section:
    """A table of figures; a row begins with what was measured."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str | float, ...]]


def interleaved(
    actions: Mapping[str, Callable[[int], object]], rounds: int, prepare: Callable[[], object] = lambda: None
) -> dict[str, list[float]]:
    """Return the seconds that each action took in each round.

    An action is told the number of the round; `prepare` comes before each and is not timed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds):
        for name, action in actions.items():
            prepare()
            began = perf_counter()
            action(number)
            seconds[name].append(perf_counter() - began)
    return seconds


def run_python(code: str, *arguments: str) -> tuple[float, float]:
    """Run a Python process (on Linux); return its duration in seconds and its resident memory in MiB."""
    command = [sys.executable, "-c", REPORT_MEMORY + code, *arguments]
    began = perf_counter()
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return perf_counter() - began, int(process.stderr.split()[-1]) / 1024
