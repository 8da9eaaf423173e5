"""Price list, charges and qualified invoices."""
