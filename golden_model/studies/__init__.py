"""Studies of quantization: how accurately a network learns with which widths and settings."""
