"""Proofs: blocks of the circuit against the specification, for all inputs."""
