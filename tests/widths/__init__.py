"""Networks at many widths, and recordings of what the naive twin makes of them."""
