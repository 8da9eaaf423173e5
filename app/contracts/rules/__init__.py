"""Pure rules of contracts."""
