"""Float networks and NIR graphs, to registers and integer weights and back."""
