"""The whole system as real processes: what happens when one of them is killed."""
