"""Pure rules of registration."""
