"""Baselines for the speed of the golden model."""
