"""The certification authority: certificates, tokens, PINs, revocation, status."""
