"""Where compiled code is kept."""

from pathlib import Path

import pytest

from golden_model.core.arithmetic import saturate
from golden_model.core.kernel_cache import CACHE_FOLDER
from golden_model.files.cache import cache_folder, is_compiled


def test_cache_is_where_the_compiler_keeps_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_folder() == CACHE_FOLDER
    assert saturate(200, 8) == 127
    assert is_compiled()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert cache_folder().parent == tmp_path
    assert not is_compiled()
    assert list(tmp_path.iterdir()) == []
