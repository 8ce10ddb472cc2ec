"""Coverage of what matters: bins of decisions, of registers and of transitions, and what hits them."""
