"""Every word of the circuit against the golden model, while both live the same time steps."""
