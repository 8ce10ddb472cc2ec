"""A program as a process. This module loads nothing, so that it is there before anybody is impatient."""

import signal
import sys
from importlib import import_module
from typing import NoReturn

from golden_model.console.exit_codes import INTERRUPTED
from golden_model.console.streams import open_streams


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
        code = import_module(module).run()
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends anyway
    sys.exit(code)
