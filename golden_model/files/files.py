"""Files written whole or not at all, archives of arrays, and the TOML file that describes one network."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy.typing import NDArray

from golden_model.files.naming import named
from golden_model.files.reading import MOST_BYTES, parse_toml, read_bytes, read_text

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # that NumPy writes
TABLES = ("config", "parameters")


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, so that the file is never seen half written.

    Raises
    ------
    OSError
        If the folder does not exist or is not writable; an existing file then stays as it was.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with named(path):
            temporary.write_bytes(content)
            os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_archive(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Read every array of an .npz archive.

    Raises
    ------
    ValueError
        If the content is damaged, encrypted, not an archive of plain arrays, or of more than MOST_BYTES.
    OSError
        If the file cannot be read.
    """
    content = read_bytes(path)
    if (size := _unpacked_bytes(content)) > MOST_BYTES:
        raise ValueError(f"{path} has arrays of {size} bytes, more than {MOST_BYTES}")
    try:
        arrays = _arrays(content) if size else {}
    except MemoryError:
        raise ValueError(f"{path} does not fit into memory") from None
    if not arrays or not all(_is_plain(array) for array in arrays.values()):
        raise ValueError(f"{path} is damaged or not an .npz archive")
    return arrays


def single(arrays: Mapping[str, NDArray[Any]], name: str) -> Any:
    """Return the one value of an array of an archive; ValueError if it is missing or has others."""
    if name not in arrays:
        raise ValueError(f"{name} is missing")
    if arrays[name].shape != ():
        raise ValueError(f"{name} has shape {list(arrays[name].shape)}, not a single value")
    return arrays[name].item()


def _unpacked_bytes(content: bytes) -> int:
    """Return the size of all members of an archive, 0 of one that NumPy did not write."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except Exception:  # damaged bytes in memory may raise anything, from zlib.error to TokenError
        return 0
    written = all(member.compress_type in COMPRESSIONS for member in members)
    return sum(member.file_size for member in members) if written else 0


def _arrays(content: bytes) -> dict[str, Any]:
    """Return the arrays of an archive, none of a damaged one."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except MemoryError:
        raise
    except Exception:  # as above
        return {}


def _is_plain(array: object) -> bool:
    return isinstance(array, np.ndarray) and array.dtype.itemsize > 0


def write_toml(path: str | os.PathLike[str], tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Write tables of one network, atomically; the others of an existing network file are kept.

    Raises
    ------
    ValueError
        If the file exists and does not describe a network.
    OSError
        If it cannot be read or written.
    """
    others = read_network(path) if Path(path).exists() else {}
    write_atomically(path, tomli_w.dumps({**others, **tables}).encode())


def read_network(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the tables of a network's TOML file by name.

    Raises
    ------
    ValueError
        If the file is not TOML, or has anything beside the known tables.
    OSError
        If the file cannot be read.
    """
    text = read_text(path)
    try:
        content = parse_toml(text)
    except ValueError as error:
        raise ValueError(f"{path} is not a TOML file: {error}") from None
    for key in content:
        if key not in TABLES:
            raise ValueError(f"{path}: unknown key {key!r}, the tables of a network are {', '.join(TABLES)}")
    return content


def read_table(path: str | os.PathLike[str], name: str) -> dict[str, Any]:
    """Read one table of a network's TOML file; as `read_network`, and ValueError if there is none."""
    content = read_network(path)
    if not isinstance(content.get(name), dict):
        raise ValueError(f"{path}: the table [{name}] is missing")
    return dict(content[name])
