"""Tests of the circuit, one file per module."""
