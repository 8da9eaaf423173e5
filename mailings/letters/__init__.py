"""Letters: values in, PDF bytes out."""
