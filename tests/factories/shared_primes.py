"""RSA keys that share a prime, as broken generators make them."""

from cryptography.hazmat.primitives.asymmetric import rsa

EXPONENT = 65537


def sharing_keys(bits: int = 3072, count: int = 2) -> tuple[rsa.RSAPrivateKey, ...]:
    """Keys with one prime in common; each is good as long as nobody sees another."""
    first = rsa.generate_private_key(EXPONENT, bits)
    prime = first.private_numbers().p
    return first, *(_sharing(prime, bits) for _each in range(count - 1))


def _sharing(prime: int, bits: int) -> rsa.RSAPrivateKey:
    while True:
        other = rsa.generate_private_key(EXPONENT, bits).private_numbers().q
        if (prime * other).bit_length() == bits and (prime - 1) * (other - 1) % EXPONENT:
            return _key_of(max(prime, other), min(prime, other))


def _key_of(p: int, q: int) -> rsa.RSAPrivateKey:
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()
