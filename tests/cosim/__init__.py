"""Tests of the co-simulation."""
