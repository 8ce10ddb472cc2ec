"""Loading Matplotlib, whose settings of the user may be such that it cannot be imported with them."""

import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

OF_THE_USER = ("MPLBACKEND", "MPLCONFIGDIR", "MATPLOTLIBRC")


def load_matplotlib() -> None:
    """Import Matplotlib with the settings of the user, or without them if they make it fail."""
    try:
        import_module("matplotlib.style")  # reads matplotlibrc, and the styles of the user
    except (ValueError, OSError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
            del sys.modules[name]
        with _without_settings():
            import_module("matplotlib.style")


@contextmanager
def _without_settings() -> Iterator[None]:
    """Hide the settings of the user, which Matplotlib first looks for in the current folder."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    before = os.environ.copy()
    with TemporaryDirectory() as empty, chdir(Path(spec.origin).parent / "mpl-data"):
        for name in OF_THE_USER:
            os.environ.pop(name, None)
        os.environ["XDG_CONFIG_HOME"] = empty
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
