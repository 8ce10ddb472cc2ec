"""Where compiled code is kept between runs, found without loading the compiler.

Numba keys a cached function by the file that defines it and does not notice an edit in a kernel that it
calls. Here the cache folder itself is named by a digest of the source files that hold kernels: another
source, another folder. A kernel therefore uses constants of such files only. Numba also keys it by where that
file is, so the place of the package is part of the digest: a full folder is one that this package filled.
"""

import hashlib
import os
from pathlib import Path

from platformdirs import user_cache_path

PACKAGE = Path(__file__).parents[1]


def kernel_files() -> list[Path]:
    """Return the source files that hold kernels: those that import the module of their decorator, and it."""
    files = sorted(PACKAGE.rglob("*.py"))
    return [
        path
        for path in files
        if path.name == "compiled.py" or b"golden_model.core.compiled import" in path.read_bytes()
    ]


def source_digest() -> str:
    """Return a digest of the sources that compiled code depends on, and of their place."""
    digest = hashlib.sha256(os.fsencode(PACKAGE))
    for path in kernel_files():
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder for this source's compiled code, which need not exist."""
    return Path(os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("eprop-core")) / source_digest()


def is_compiled() -> bool:
    """Tell whether the folder holds compiled code already."""
    return any(cache_folder().rglob("*.nbc"))
