"""Files written whole or not at all, and the TOML file that describes one network."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

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
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_toml(path: str | os.PathLike[str], tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the tables of one network, atomically."""
    write_atomically(path, tomli_w.dumps(tables).encode())


def read_table(path: str | os.PathLike[str], name: str) -> dict[str, Any]:
    """Read one table of a network's TOML file.

    Raises
    ------
    ValueError
        If the file is not TOML, has no such table, or has anything beside the known tables.
    OSError
        If the file cannot be read.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a TOML file: {error}") from None
    for key in content:
        if key not in TABLES:
            raise ValueError(f"{path}: unknown key {key!r}, the tables of a network are {', '.join(TABLES)}")
    if not isinstance(content.get(name), dict):
        raise ValueError(f"{path}: the table [{name}] is missing")
    return dict(content[name])
