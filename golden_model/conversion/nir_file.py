"""What an HDF5 file may hold before a NIR graph is read from it: data of its own, and not too many."""

import io
import multiprocessing
import warnings
from contextlib import suppress
from typing import Any, BinaryIO

from golden_model.conversion.nir_flat import import_nir
from golden_model.files.reading import MOST_BYTES, MOST_LEVELS

SECONDS = 10  # for what takes milliseconds


def check_end(content: bytes) -> None:
    """Let another process read a graph first: of damaged bytes the HDF5 library may die, or never come back.

    Raises
    ------
    ValueError
        It does. Whatever else is wrong is found where the graph is read.
    """
    process = multiprocessing.get_context("fork").Process(target=_try_to_read, args=(content,))
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads, not used in it
        process.start()
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
    if process.exitcode:
        raise ValueError("the HDF5 library cannot read it")


def _try_to_read(content: bytes) -> None:
    with suppress(Exception):
        check_contents(io.BytesIO(content))
        import_nir().read(io.BytesIO(content), type_check=False)


def check_contents(content: BinaryIO) -> None:
    """Refuse a file whose data would not fit into memory, or stand in other files.

    Raises
    ------
    ValueError
        It has more than MOST_BYTES of data, more than MOST_LEVELS of groups, or refers to another file.
    OSError
        It is not HDF5, as h5py has it.
    """
    import h5py

    with h5py.File(content, "r") as file:
        size = _size(h5py, file, MOST_LEVELS)
    if size > MOST_BYTES:
        raise ValueError(f"it has {size} bytes of data, more than {MOST_BYTES}")
    content.seek(0)


def _size(h5py: Any, group: Any, levels: int) -> int:
    """Return the bytes of all data in a group, as they are in memory."""
    if levels < 0:
        raise ValueError(f"its groups are nested more than {MOST_LEVELS} levels deep")
    size = 0
    for name in group:
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            raise ValueError(f"{name} stands in another file")
        item = group[name]
        if isinstance(item, h5py.Group):
            size += _size(h5py, item, levels - 1)
        elif isinstance(item, h5py.Dataset):
            size += _size_of_data(name, item)
    return size


def _size_of_data(name: str, data: Any) -> int:
    if data.external or data.is_virtual:
        raise ValueError(f"{name} stands in another file")
    return int(data.size or 0) * int(data.dtype.itemsize)
