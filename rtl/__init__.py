"""Generator of the core as a circuit, in Amaranth: the arithmetic of golden_model, registered and shared."""
