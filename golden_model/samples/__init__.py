"""Samples, and the files that hold them."""
