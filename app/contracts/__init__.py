"""Contracts between user IDs of companies: sealed, signed in turn with the parties' own keys, completed."""
