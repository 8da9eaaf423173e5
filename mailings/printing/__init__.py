"""Straight to the printer: what a secret letter needs is that nothing of ours keeps it."""
