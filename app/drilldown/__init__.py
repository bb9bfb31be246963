"""Drilling down: what the tables know of single assets and the links between them, for those who look closely."""
