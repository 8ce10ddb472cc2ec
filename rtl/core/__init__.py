"""The core as a circuit; its blocks have the names of those in golden_model/core."""
