"""Damaged and hostile input of every kind: accepted, or refused in one sentence."""
