"""Checks of numbers and arrays that users hand over."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.network.formats import Format


def integers(
    name: str, values: Any, legal: str = "of at most 64 bits", word: Format | None = None
) -> NDArray[np.integer[Any]]:
    """Return values as an array of integers.

    Parameters
    ----------
    name : str
    values : any
    legal : str
        Which integers there may be, for the sentence.
    word : Format, optional
        That of raw values, for real numbers: the sentence says which integers are meant.

    Raises
    ------
    ValueError
        They are not numbers of one regular shape, not integers, or beyond 64 bits; truth values are no
        integers.
    """
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is not an array of integers of one regular shape") from None
    if array.size == 0 and array.dtype.kind == "f":  # as NumPy reads an empty list
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        hint = "" if word is None else meant(array, word)
        if array.ndim:
            raise ValueError(f"{name} holds {array.dtype}, not integers {legal}{hint}")
        raise ValueError(f"{name} = {values!r} is not an integer {legal}{hint}")
    return array


def meant(values: Any, word_format: Format) -> str:
    """Return what the first of some real numbers is as a raw value, to follow a sentence that refuses it.

    That is `; 0.9995 as u1.15 is 32752`, or nothing where they are no real numbers or do not fit the format.
    """
    try:
        first = np.ravel(np.asarray(values))[:1]
    except ValueError:
        return ""
    if not first.size or first.dtype.kind != "f" or not abs(first[0]) < word_format.high:
        return ""
    number = float(first[0])
    raw = round(number * 2.0**word_format.frac)
    return f"; {number!r} as {word_format.notation} is {raw}" if word_format.fits(raw) else ""


def within(name: str, array: NDArray[np.integer[Any]], low: int, high: int) -> NDArray[np.int64]:
    """Return an array as int64 if every value is in low..high.

    Raises
    ------
    ValueError
        One is not; the message names the array, the value and the range.
    """
    outside = array[(array < low) | (array > high)]
    if outside.size:
        raise ValueError(f"{name} = {outside.flat[0]} is outside {low}..{high}")
    return array.astype(np.int64)


def checked(name: str, values: Any, shape: tuple[int, ...], word_format: Format) -> NDArray[np.int64]:
    """Return an array as int64 if it has the shape and every value fits the format.

    Raises
    ------
    ValueError
        It does not; the message names the array and the offending value.
    """
    array = integers(name, values)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, not {shape}")
    return within(name, array, word_format.low, word_format.high)
