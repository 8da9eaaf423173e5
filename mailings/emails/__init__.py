"""What our e-mails say: Japanese first, English below."""
