"""The core once more, naively: plain Python ints, one module per block, nothing shared with the model."""
