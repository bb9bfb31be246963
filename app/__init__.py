"""Warroom: facts, arithmetic, live feed and doors. What people see lives in ``dashboards``."""

__version__ = "0.1.0"
