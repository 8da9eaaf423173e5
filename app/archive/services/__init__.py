"""Use cases of the archive."""
