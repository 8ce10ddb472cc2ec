"""A program as a process. This module loads nothing, so that it is there before anybody is impatient."""

import os
import signal
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from threading import Timer
from typing import TYPE_CHECKING, NoReturn

from golden_model.console.exit_codes import INTERRUPTED
from golden_model.console.streams import open_streams

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN_SECONDS = 0.05
HALF_MADE = ".* created but never used"  # what Amaranth says of each part of a circuit that is interrupted


def run_process(program: str, module: str) -> NoReturn:
    """Run a program with the arguments of the process, and end with its exit code.

    Ctrl-C and SIGTERM, by which a machine takes its time back, are told in a sentence at any moment, also
    while modules are loaded.

    Parameters
    ----------
    program : str
        Name before what is said on the error stream.
    module : str
        Has the function `run`, which returns the exit code.
    """
    code = INTERRUPTED
    try:
        open_streams()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sys.unraisablehook = _interrupt_again
        warnings.filterwarnings("ignore", HALF_MADE)
        code = import_module(module).run()
    except KeyboardInterrupt:
        _heed_no_more()
        with suppress(OSError):
            print(f"{program}: interrupted", file=sys.stderr)
    _heed_no_more()
    sys.exit(code)


def _heed_no_more() -> None:
    """Ignore further interruptions of a process that ends anyway."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _interrupt_again(ignored: "UnraisableHookArgs") -> None:
    """Repeat an interruption that came within a callback, of the compiler for instance, and is lost there."""
    if ignored.exc_type is KeyboardInterrupt:
        Timer(AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGTERM)).start()
    else:
        sys.__unraisablehook__(ignored)
