"""The program on the user's PC: `cectrust`. Imports nothing of the server; deploy/client_wheel.py packs it."""
