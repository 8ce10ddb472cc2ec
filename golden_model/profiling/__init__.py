"""What a trained network does with its bits, and which of them it needs."""
