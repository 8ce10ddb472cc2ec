"""Epochs of training: what is trained, its folder, its evaluation."""
