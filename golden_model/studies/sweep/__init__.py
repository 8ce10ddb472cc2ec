"""Trainings at many configurations: planned, shared out among workers, scored."""
