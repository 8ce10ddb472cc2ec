"""HDF5 files that hold too much, refer to others, or are never read to their end."""

import io
import os
import time
from collections.abc import Callable
from typing import Any

import h5py
import pytest

from golden_model.conversion.nir_file import check_contents, check_end

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.mark.parametrize(("seconds", "read"), [(0.2, lambda _: time.sleep(60)), (30, lambda _: os._exit(1))])
def test_what_the_library_does_not_survive(
    seconds: float, read: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golden_model.conversion.nir_file.SECONDS", seconds)
    monkeypatch.setattr("golden_model.conversion.nir_file._try_to_read", read)
    with pytest.raises(ValueError, match=r"^the HDF5 library cannot read it$"):
        check_end(b"")


def test_what_raises_is_left_to_the_reader() -> None:
    check_end(b"")


def deep(file: Any) -> None:
    for _ in range(70):
        file = file.create_group("g")


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (lambda file: file.create_dataset("a", (2**40,), "f8", chunks=(1,)), f"it has {2**43} bytes of data"),
        (lambda file: file.update({"a": h5py.ExternalLink("b.h5", "/a")}), "a stands in another file"),
        (
            lambda file: file.create_dataset("a", (8,), "u1", external=[("/dev/zero", 0, 8)]),
            "a stands in another file",
        ),
        (deep, "its groups are nested more than 64 levels deep"),
    ],
)
def test_contents(fill: Callable[[Any], object], message: str) -> None:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    with pytest.raises(ValueError, match=f"^{message}"):
        check_contents(content)
