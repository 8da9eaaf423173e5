"""What the mailroom does: one use case per file, one transaction each."""
