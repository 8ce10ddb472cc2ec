"""Compiled code: the same bits without it, and a cache that an edit cannot leave stale."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from golden_model.files.cache import PACKAGE, kernel_files
from tests.helpers.configurations import CONFIGS
from tests.helpers.places import VECTORS

VERIFY = """
import sys
from golden_model.recordings.vectors import verify
print([verify(path) for path in sys.argv[1:]])
"""
TRY = """
from golden_model.core.arithmetic import saturate
from golden_model.core.kernel_cache import CACHE_FOLDER
print(saturate(1000, 8), CACHE_FOLDER)
"""


def run_python(*arguments: str, cwd: Path | None = None, **environment: str) -> str:
    """Run Python in a process of its own, warnings as errors, and return what it printed."""
    command = [sys.executable, "-W", "error", "-c", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(cwd or PACKAGE.parent), **environment}
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=variables, cwd=cwd
    ).stdout.strip()


@pytest.mark.parametrize(
    "name",
    ["wide_701_00", "wide_701_03", "small_701_02", "core_101_04", "overflow_701_01", "mulfloor_701_03"],
)
def test_without_compiling_the_same_bits(name: str) -> None:
    assert run_python(VERIFY, str(VECTORS / f"{name}.npz"), NUMBA_DISABLE_JIT="1") == "[None]"


RUN = """
import sys, warnings
import numpy as np
from golden_model import Core
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.helpers.networks import any_sample, small_weights
warnings.filterwarnings("ignore", ".* at the widths of the configuration", UserWarning)
for name in sys.argv[1:]:
    rng, config = np.random.default_rng(1), CONFIGS[name]
    modes = {"do_eprop": 7, "regul_mode": 3, "regul_w": 3, "noise_en": 1, "en_stoch_round": 1}
    parameters = legal_parameters(rng, config, (5, 18, 3), regression=0, **modes)
    core = Core(config, parameters)
    core.load_weights(*small_weights(rng, parameters, config.weight_bits))
    core.run(any_sample(rng, parameters))
    snapshot = core.snapshot()
    print(name, [int(array.astype(object).sum()) for array in snapshot.arrays.values()])
"""


def test_without_compiling_the_same_bits_at_other_widths() -> None:
    """Also that no NumPy integer overflows unseen: warnings are errors in the process."""
    root = PACKAGE.parent
    compiled = run_python(RUN, *CONFIGS, cwd=root)
    assert compiled.count("\n") == len(CONFIGS) - 1
    assert run_python(RUN, *CONFIGS, cwd=root, NUMBA_DISABLE_JIT="1") == compiled


def test_an_edit_of_a_called_kernel_is_noticed(tmp_path: Path) -> None:
    """`saturate` is called by others; Numba alone would return what the old one did."""
    shutil.copytree(PACKAGE, tmp_path / "golden_model", ignore=shutil.ignore_patterns("__pycache__"))
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    value, folder = run_python(TRY, cwd=tmp_path, **cache).split()
    assert value == "127"
    assert list(Path(folder).rglob("*.nbc"))
    source = tmp_path / "golden_model" / "core" / "arithmetic.py"
    source.write_text(
        source.read_text().replace("high = (1 << (bits - 1)) - 1", "high = (1 << (bits - 1)) - 2", 1)
    )
    edited, other = run_python(TRY, cwd=tmp_path, **cache).split()
    assert edited == "126"
    assert other != folder


def test_an_edit_elsewhere_keeps_the_cache(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "golden_model", ignore=shutil.ignore_patterns("__pycache__"))
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    before = run_python(TRY, cwd=tmp_path, **cache)
    with (tmp_path / "golden_model" / "cli.py").open("a") as file:
        file.write("\n# edited\n")
    assert run_python(TRY, cwd=tmp_path, **cache) == before


def test_kernels_use_constants_of_kernel_files_only() -> None:
    """A constant from elsewhere could change without the cache noticing."""
    modules = {path.stem for path in kernel_files()}
    assert {"compiled", "arithmetic", "lfsr", "timestep"} <= modules
    with_kernels = [path for path in kernel_files() if "@kernel" in path.read_text()]
    assert len(with_kernels) > 8
    for path in with_kernels:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("golden_model."):
                constants = [alias.name for alias in node.names if alias.name.isupper()]
                assert not constants or node.module.split(".")[-1] in modules | {"records"}, (path, constants)


def test_without_a_place_for_the_cache_it_still_works(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    value, folder = run_python(TRY, NUMBA_CACHE_DIR=str(file / "below")).split()
    assert (value, Path(folder).parent) == ("127", file / "below")


def test_what_another_copy_of_the_package_compiled_is_not_ours(tmp_path: Path) -> None:
    """Numba would compile it anew, so nobody should be told that it is compiled."""
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    is_compiled = "from golden_model.files.cache import is_compiled; print(is_compiled())"
    copies = [tmp_path / name for name in ("one", "other")]
    for copy in copies:
        shutil.copytree(PACKAGE, copy / "golden_model", ignore=shutil.ignore_patterns("__pycache__"))
    run_python(TRY, cwd=copies[0], **cache)
    assert [run_python(is_compiled, cwd=copy, **cache) for copy in copies] == ["True", "False"]
