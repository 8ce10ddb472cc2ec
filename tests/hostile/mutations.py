"""What becomes of a sound file in hostile hands: of its bytes, text or arrays, or what is in its place."""

import io
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Random = np.random.Generator

TOKENS = (
    *(
        "9223372036854775807",
        "-1",
        "0",
        "1e308",
        "nan",
        "-inf",
        "NaN",
        "Infinity",
        "9" * 5000,
        "0x7fff",
        "true",
    ),
    *("null", '""', '"\\u0000"', "[]", "{}", "[[1], [1, 2]]", "[" * 3000, "1979-05-27", "'x'", "1_0", "\x00"),
)
DTYPES = ("?", "i1", ">i4", "u8", "f2", "f8", ">f8", "c16", "U3", "S2", "M8[s]", "V4")
VALUES = (2**63 - 1, -(2**63), -1, 0, 1, 2**31)
SHAPES = (
    "(1099511627776,)",
    "(-1,)",
    "(0, 4611686018427387904)",
    "(4611686018427387904, 4)",
    "()",
    "(True,)",
)
DESCRIPTIONS = ("'<i8'", "'|O'", "'|V0'", "'<U0'", "[('a', '<i8'), ('b', '|O')]", "'" + "(" * 300 + "'")


def bytes_mutated(content: bytes, rng: Random) -> bytes:
    """Return bytes with a few flipped, cut out, doubled, swapped or replaced."""
    for _ in range(rng.integers(1, 4)):
        low, high = np.sort(rng.integers(0, len(content) + 1, 2)).tolist()
        chunk, kind = content[low:high], rng.integers(7)
        if kind == 0 and content:
            place = int(rng.integers(len(content)))
            flipped = content[place] ^ 1 << int(rng.integers(8))
            content = content[:place] + bytes([flipped]) + content[place + 1 :]
        elif kind == 1:
            content = content[:low]
        elif kind == 2:
            content = content[:low] + content[high:]
        elif kind == 3:
            content = content[:high] + chunk + content[high:]
        elif kind == 4:
            content = content[high:] + chunk + content[:low]
        elif kind == 5:
            content = content[:low] + bytes(min(high - low, 64)) + content[low + min(high - low, 64) :]
        else:
            content = (b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", rng.bytes(9))[rng.integers(4)] + content
    return content


def text_mutated(content: bytes, rng: Random) -> bytes:
    """Return text with words replaced, or lines lost, doubled or swapped."""
    words = list(re.finditer(rb'"[^"\n]*"|-?[\w.]+', content))
    for _ in range(rng.integers(1, 3)):
        word = words[rng.integers(len(words))]
        token = TOKENS[rng.integers(len(TOKENS))].encode()
        content = content[: word.start()] + token + content[word.end() :]
    lines = content.split(b"\n")
    kind, place = rng.integers(6), int(rng.integers(len(lines)))
    if kind == 0:
        del lines[place]
    elif kind == 1:
        lines.insert(place, lines[int(rng.integers(len(lines)))])
    elif kind == 2:
        rng.shuffle(lines)
    return b"\n".join(lines)


def arrays_mutated(content: bytes, rng: Random) -> bytes:
    """Return an archive of which one array has another type, shape, order or value, is missing or doubled."""
    with np.load(io.BytesIO(content)) as archive:
        arrays: dict[str, Any] = dict(archive)
    names = sorted(arrays)
    name = names[rng.integers(len(names))]
    array, kind = arrays[name], rng.integers(8)
    if kind == 0:
        arrays[name] = np.zeros(array.shape, DTYPES[rng.integers(len(DTYPES))])
    elif kind == 1:
        arrays[name] = array[..., None] if rng.random() < 0.5 else array.reshape(-1)
    elif kind == 2:
        arrays[name] = np.asfortranarray(array[:-1] if array.ndim else array)
    elif kind == 3 and array.dtype.kind in "iu" and array.size:
        changed = array.astype(np.int64)
        changed.flat[rng.integers(array.size)] = VALUES[rng.integers(len(VALUES))]
        arrays[name] = changed
    elif kind == 4:
        del arrays[name]
    elif kind == 5:
        arrays[name] = arrays[names[rng.integers(len(names))]]
    elif kind == 6:
        arrays[name] = np.array(TOKENS[rng.integers(len(TOKENS))])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return with_header(buffer.getvalue(), name, rng) if kind == 7 else buffer.getvalue()


def with_header(content: bytes, name: str, rng: Random) -> bytes:
    """Return an archive in which the header of one array says what its data are not."""
    shape, description = SHAPES[rng.integers(len(SHAPES))], DESCRIPTIONS[rng.integers(len(DESCRIPTIONS))]
    header = f"{{'descr': {description}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == f"{name}.npy":
                data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data[128:]
            new.writestr(member, data)
    return buffer.getvalue()


def _empty(path: Path) -> None:
    path.touch()


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _holes(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def _marks(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" * 2)


PLACES: tuple[Callable[[Path], None], ...] = (_empty, _folder, _loop, _device, _pipe, _holes, _marks)
