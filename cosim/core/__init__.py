"""The core in simulation: its face driven, its records read, recordings replayed."""
