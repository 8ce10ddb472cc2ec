"""The same network in float64, without rounding, behind the same interface."""
