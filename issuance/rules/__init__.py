"""Rules of issuance: pure."""
