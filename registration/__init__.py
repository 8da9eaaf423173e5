"""The registration authority: envelopes, papers, checks, decisions."""
