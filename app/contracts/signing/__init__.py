"""PDF signatures: sealing, hash signing, acceptance, long-term validation. With the archive, pyHanko's only room."""
