"""Use cases of contracts: one per file, one transaction each."""
