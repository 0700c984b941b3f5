"""Rows for tests: plain functions, one file per noun, nothing made that was not asked for."""
