"""The published chip's pins, SPI, map and buses around the core."""
