"""Use cases of sign-in and staff administration, one per file."""
