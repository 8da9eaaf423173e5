"""One use case of issuance to a file."""
