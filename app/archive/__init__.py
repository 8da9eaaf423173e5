"""Originals of completed contracts: kept, time-stamped, and found again by their SHA-256."""
