"""What a circuit did, and whether the model does the same."""
