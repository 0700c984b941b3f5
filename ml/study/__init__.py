"""Readings by many: who reads what, how well they agree, whom to trust, and what an expert has to decide.

Each module is imported by its name: they need libraries that a page does not.
"""
