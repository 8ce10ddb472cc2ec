"""The two classes of words that products and magnitudes have, for tests of both."""

from typing import Any

import pytest

from golden_model.core.compiled import MAGNITUDES, PRODUCTS

Words = tuple[Any, Any]  # of products, and of magnitudes
NARROW, WIDE = ((PRODUCTS[bits], MAGNITUDES[bits]) for bits in (32, 64))
WORD_CLASSES = [NARROW, WIDE]
CLASSES = pytest.mark.parametrize("words", WORD_CLASSES, ids=["32", "64"])
