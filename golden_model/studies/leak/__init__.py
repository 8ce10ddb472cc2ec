"""How states decay at any width."""
