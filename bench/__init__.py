"""Measurements against peers, each at two sizes."""
