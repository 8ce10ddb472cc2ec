"""Measurements: speed of the golden model, cycles and area of the circuit."""
