"""What billing does: one use case per file, one transaction each."""
