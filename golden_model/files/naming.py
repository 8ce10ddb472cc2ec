"""Errors of the disk, which have the name of what was written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Give an error of the disk the name of what is written in the context.

    A full disk is told by the system without a name, other errors with that of a temporary file.
    """
    try:
        yield
    except OSError as error:
        nameless = error.filename is None or str(error.filename).endswith(".tmp")
        if error.errno is not None and nameless:  # else it has a sentence of its own
            error.filename = os.fspath(path)
        raise
