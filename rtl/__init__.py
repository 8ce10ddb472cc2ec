"""Generator of the core as a circuit, in Amaranth: the arithmetic of golden_model, registered and shared."""

LANES = (1, 2, 4, 8, 16)  # synapses of each weight array per cycle that a circuit can have
