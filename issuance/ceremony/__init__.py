"""The key ceremony: configuration in, linted certificates out, and a record of who was there (施行規則6条17号)."""
