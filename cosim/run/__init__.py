"""Circuits built, simulations launched, and what came out reported."""
