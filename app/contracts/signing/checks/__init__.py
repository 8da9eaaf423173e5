"""The acceptance checks, one group per file, each check with its number in `acceptance.CHECKS`."""
