"""Compiled code of kernels on the disk, which is a help: what fails there counts as a miss."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    UserProvidedCacheLocator,
)

from golden_model.files.cache import cache_folder

CACHE_FOLDER = cache_folder()


class _Place(UserProvidedCacheLocator):
    """Where in our folder a kernel has its files, whether or not they can be written."""

    def __init__(self, function: Callable[..., Any], source: str) -> None:
        super().__init__(function, source)
        self._cache_path = str(CACHE_FOLDER / self.get_suitable_cache_subpath(source))

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> "_Place":
        return cls(function, source)


class _Placed(CompileResultCacheImpl):
    _locator_classes: list[type[Any]] = [_Place]  # noqa: RUF012


class _Files(IndexDataCacheFile):
    """An index, which is empty if it cannot be read, and the code that it names."""

    def _load_index(self) -> dict[Any, str]:
        with suppress(Exception):  # bytes that are no pickle may raise anything
            return dict(super()._load_index())
        return {}


class KernelCache(FunctionCache):
    """The cache of one kernel.

    Files that are missing, cut, damaged or unreadable are compiled and written anew. A folder that cannot be
    written is read all the same.

    Parameters
    ----------
    function : callable
        What is compiled.
    """

    _impl_class = _Placed

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        place = self._impl.locator
        self._cache_file = _Files(place.get_cache_path(), self._impl.filename_base, place.get_source_stamp())

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compiled code for a signature, None if there is none to be had."""
        with suppress(Exception):
            return super().load_overload(signature, target)
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the compiled code for a signature, if that can be."""
        with suppress(Exception):
            super().save_overload(signature, compiled)
