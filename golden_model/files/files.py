"""Files written whole or not at all, archives of arrays, and the TOML file that describes one network."""

import io
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy.typing import NDArray

from golden_model.files.naming import named

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
        If the content is damaged, encrypted, or not an archive of plain arrays.
    OSError
        If the file cannot be read.
    """
    content = io.BytesIO(Path(path).read_bytes())
    try:
        with np.load(content, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception:  # damaged bytes in memory may raise anything, from zlib.error to TokenError
        arrays = {}
    if not arrays or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise ValueError(f"{path} is damaged or not an .npz archive")
    return arrays


def write_toml(path: str | os.PathLike[str], tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Write tables of one network, atomically; the others of an existing network file are kept.

    Raises
    ------
    ValueError
        If the file exists and does not describe a network.
    OSError
        If it cannot be read or written.
    """
    others = _read_toml(path) if Path(path).exists() else {}
    write_atomically(path, tomli_w.dumps({**others, **tables}).encode())


def read_table(path: str | os.PathLike[str], name: str) -> dict[str, Any]:
    """Read one table of a network's TOML file.

    Raises
    ------
    ValueError
        If the file is not TOML, has no such table, or has anything beside the known tables.
    OSError
        If the file cannot be read.
    """
    content = _read_toml(path)
    if not isinstance(content.get(name), dict):
        raise ValueError(f"{path}: the table [{name}] is missing")
    return dict(content[name])


def _read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a TOML file: {error}") from None
    for key in content:
        if key not in TABLES:
            raise ValueError(f"{path}: unknown key {key!r}, the tables of a network are {', '.join(TABLES)}")
    return content
