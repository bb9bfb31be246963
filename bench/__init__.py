"""Measurements, side by side in one run. ``python -m bench`` prints them all; each module prints its own."""
