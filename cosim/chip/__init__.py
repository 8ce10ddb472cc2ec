"""The chip in simulation, reached through its pins."""
