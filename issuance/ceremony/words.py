"""What `flask ca …` says about errors: what is wrong, and what to do next."""

from app.core.errors import DomainError

SENTENCES = {
    "ceremony-configuration": "The configuration cannot be used: {reason}",
    "ceremony-two-people": "Two different people must be in the room. Name each: --present … --present …",
    "ceremony-done": "The authority is there already. For a new key: flask ca roll-over.",
    "ceremony-profile": "The profiles in force do not allow {what}; they allow: {allowed}. Correct the configuration, or put "
    "another version of the profiles in force first.",
    "ceremony-running": "Another ceremony is going on. Wait until it has ended.",
    "ceremony-module": "The PKCS#11 module does not load: {reason}. Check PKCS11_MODULE and the HSM's software.",
    "ceremony-token-missing": "The HSM has no token called {label}. Connect the authority's HSM, or correct PKCS11_TOKEN.",
    "ceremony-no-token": "The token {label} cannot be made here ({reason}). Initialise it with the HSM's own tool, then "
    "run this again.",
    "ceremony-key-missing": "The token has no key called {label}. Check that this is the authority's token.",
    "ceremony-key-kind": "The token has a key {label}, but a {found} one; the configuration asks for {wanted}. Correct "
    "the configuration, or remove the key with the HSM's own tool if nothing was ever signed with it.",
    "ceremony-key-backup": "The key {label} on the token was made under another rule for backups. Correct `backup` in "
    "the configuration, or remove the key with the HSM's own tool if nothing was ever signed with it.",
    "ceremony-record-unwritable": "The record cannot be written to {path} ({reason}). Make room or correct the rights; "
    "no key was made.",
    "roll-over-today": "Generation {generation} of the CA was made today. Only one roll-over a day; if that one went "
    "wrong, go on tomorrow.",
    "roll-over-name": "The new CA must bear the name of the old one ({name}): relying parties would not accept the "
    "cross-certificate otherwise. Correct [ca] in the configuration.",
    "roll-over-other-key": "The key {label} on the token is not the key of the stored CA certificate. This is another "
    "authority's token, or another authority's database.",
    "no-authority": "No first ceremony was held. Begin with: flask ca init.",
    "lint": "A certificate did not pass the lints and was not signed: {findings}",
    "signer-unavailable": "The signing process does not answer. Start it: python -m issuance.hsm.daemon",
    "backup-none": "Keys of this authority never leave the HSM (backup = \"none\"). Use the HSM's own backup: the maker's "
    "tool, or for SoftHSM a copy of the token directory while the signing process is stopped.",
    "backup-so-pin": "The security officer's PIN is needed: {path} is not there. Name the file: --so-pin-file.",
    "backup-untrusted": "The HSM does not let its security officer mark a wrapping key as trusted ({reason}). Use the "
    "HSM's own backup.",
    "backup-shares": "At least 2 shares must be needed, and not more than there are.",
    "backup-unwritable": "The backup cannot be written to {path} ({reason}).",
    "share-malformed": "{name} holds no share, or it was damaged: its check value is wrong. Type it again.",
    "shares-too-few": "{needed} shares are needed, {given} different ones were given.",
    "shares-mixed": "The shares do not belong to this backup: its check value is wrong.",
    "restore-malformed": "The backup file cannot be read: {reason}",
    "restore-key-there": "The token has a key called {label} already. Restore onto an empty token only.",
    "restore-wrong": "The restored key {label} does not do what the backup says. The token must not be used.",
}


def sentence(error: DomainError) -> str:
    """The sentence for an error; its code and fields if there is none."""
    text = SENTENCES.get(error.code)
    return str(error) if text is None else text.format_map(_Fields(error.fields))


class _Fields(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
