"""The HSM: the only room of the server that knows PKCS#11. One process, the daemon, owns it."""
