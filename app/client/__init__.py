"""The program on the user's PC: `cectrust enrol`, `sign`, `doctor`. Imports nothing of the server."""
