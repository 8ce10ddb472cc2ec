"""Compiled kernels: their one decorator, and the words that they compute with.

Integers in kernels: Numba computes with 64 bits whatever the operands, so a value is narrow only where it
is made so by name (`word`), which the tests prove safe for the formats in use. `np.left_shift` and
`np.right_shift` keep the width of their operands; `<<` and `>>` are 64-bit operations. Narrow words let the
compiler put a whole group of neurons into vector registers.

Products and random words are of one of two classes, 32 or 64 bits wide (`Formats.product_bits`). An array
made of such words carries the class into the kernels, which take it from there: `word = type(gain)`. So a
kernel is compiled once for all configurations of a class.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.compiler import Compiler
from numpy.typing import NDArray

from golden_model.core.kernel_cache import KernelCache

word = np.int32  # holds every state and weight, at any width
PRODUCTS: dict[int, Any] = {32: np.int32, 64: np.int64}  # words of products, by their bits
MAGNITUDES: dict[int, Any] = {32: np.uint32, 64: np.uint64}  # words of magnitudes and random numbers

Int = Any  # an integer in a kernel, of the width that the kernel gives it
Flag = Any  # a truth value in a kernel
Words = NDArray[Any]  # an array of words

F = TypeVar("F", bound=Callable[..., Any])


class KernelCompiler(Compiler):
    """Numba's compiler, told that the arrays a kernel takes do not overlap where one is written."""

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "forceinline": True,  # a call would copy hundreds of array descriptors
    "_nrt": False,  # no reference counts: kernels neither allocate nor keep arrays
    "pipeline_class": KernelCompiler,
}


def kernel(function: F) -> F:
    """Compile `function`; without JIT (NUMBA_DISABLE_JIT=1) it runs as the Python that it is, same bits.

    Kernels release the interpreter lock, do not check bounds and never allocate: the public functions
    around them check and allocate. Of the arrays that a kernel takes, none that is written may overlap
    another.
    """
    compiled: F = numba.njit(**OPTIONS)(function)
    if compiled is not function:
        compiled._cache = KernelCache(function)  # type: ignore[attr-defined]
    return compiled
