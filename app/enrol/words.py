"""Names of keys in plain words."""

from flask_babel import lazy_gettext as _l

KEY_WORDS = {
    "rsa-3072": _l("RSA, 3,072 bits"),
    "rsa-4096": _l("RSA, 4,096 bits"),
    "rsa-2048": _l("RSA, 2,048 bits (valid until the end of 2030 at the latest)"),
    "secp256r1": _l("elliptic curve P-256"),
    "secp384r1": _l("elliptic curve P-384"),
}


def key_words(kind: str) -> str:
    """A kind of key as profiles name it, for a person."""
    return str(KEY_WORDS.get(kind, kind))
