"""How files are read: regular ones of limited size; text in one encoding, TOML and JSON of limited depth."""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from golden_model.files.naming import named

Place = str | os.PathLike[str]

MOST_BYTES = 1 << 30  # of a file, and of all that is unpacked from it
MOST_TEXT_BYTES = 1 << 25
MOST_LEVELS = 64  # of TOML and JSON
TOO_DEEP = f"it is nested more than {MOST_LEVELS} levels deep"
_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:{_KEY}\.[ \t]*+){{{MOST_LEVELS}}}")


def read_bytes(path: Place, most: int = MOST_BYTES) -> bytes:
    """Read a file.

    Raises
    ------
    ValueError
        If it is not a regular file, whose end may never come, or has more than `most` bytes.
    OSError
        If it cannot be read.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ValueError(f"{path} is not a regular file")
    if status.st_size > most:
        raise ValueError(f"{path} has {status.st_size} bytes, more than {most}")
    with named(path):
        return Path(path).read_bytes()


def read_text(path: Place) -> str:
    """Read text in UTF-8, with or without a byte order mark.

    Raises
    ------
    ValueError
        As `read_bytes`, or if it is not UTF-8; the sentence names file and line.
    OSError
        If it cannot be read.
    """
    content = read_bytes(path, MOST_TEXT_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: this is not text in UTF-8") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of TOML; ValueError if it is none, or nested too deeply."""
    if _DEEP_KEY.search(text):  # which the parser takes long for
        raise ValueError(TOO_DEEP)
    with _limited_depth():
        content = tomllib.loads(text)
    _check_depth(content)
    return content


def parse_json(content: str | bytes) -> Any:
    """Return the content of JSON; ValueError if it is none, or nested too deeply."""
    with _limited_depth():
        values = json.loads(content)
    _check_depth(values)
    return values


def parse_object(content: str | bytes) -> dict[str, Any]:
    """Return the content of a JSON object; ValueError if it is something else."""
    values = parse_json(content)
    if not isinstance(values, dict):
        raise ValueError(f"it is a {type(values).__name__}, not an object")
    return values


@contextmanager
def naming(path: Place) -> Iterator[None]:
    """Put the name of a file before what is said of its content; memory that it asks for is such a thing."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    except MemoryError:
        raise ValueError(f"{path} does not fit into memory") from None


@contextmanager
def _limited_depth() -> Iterator[None]:
    """Let a parser that calls itself too often say so like any other."""
    try:
        yield
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def _check_depth(content: Any) -> None:
    level = [content]
    for _ in range(MOST_LEVELS + 1):
        level = [value for parent in level for value in _values(parent)]
        if not level:
            return
    raise ValueError(TOO_DEEP)


def _values(parent: Any) -> list[Any]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else []
