"""Hosts of the chip in simulation, good and bad, which reach it through its pins only."""
