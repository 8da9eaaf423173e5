"""What the token itself offers as proof that a key was made on it: the maker's certificates, read and passed on.

Tokens of the PIV kind (YubiKey) keep such certificates as objects whose label says "Attestation": one for each key,
certified by one of the token's own, certified by the maker. The server judges them; here they are only put in order.
"""

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.client.token import UserToken

MOST_CERTIFICATES = 5


def find_attestation(token: UserToken, key_id: bytes) -> str:
    """The chain about this key, PEM, the key's certificate first; empty if the token says nothing about it."""
    wanted = _spki(token.public_key(key_id))
    offered = token.attestations()
    leaf = next((each for each in offered if _spki(each.public_key()) == wanted), None)
    if leaf is None:
        return ""
    chain = [leaf]
    while len(chain) < MOST_CERTIFICATES and chain[-1].issuer != chain[-1].subject:
        above = next((each for each in offered if each.subject == chain[-1].issuer and each not in chain), None)
        if above is None:
            break
        chain.append(above)
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in chain)


def _spki(key: object) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))  # type: ignore[attr-defined]
