"""Plots as plain positions: each module lays out one kind, a template of its name draws it as SVG."""
