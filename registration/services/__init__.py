"""Use cases of registration, one file each."""
