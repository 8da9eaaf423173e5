"""Documents of billing: values in, PDF bytes out."""
