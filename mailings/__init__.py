"""Letters, tokens on their way, and e-mails."""
