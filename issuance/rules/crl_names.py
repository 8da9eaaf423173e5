"""What CRLs and CA certificates are called at the public address. Pure.

The shard's label stands in every certificate's CRLDistributionPoints from the first day on, so that a CA can be given
more shards without new certificates. A CA that was rolled over keeps its names: its generation is part of them.
"""

SHARD = "000"  # the one that new certificates name
SHARDS = (SHARD,)  # every one that any certificate names: add to them, never take away


def crl_name(generation: int, shard: str = SHARD) -> str:
    """File name of a CRL: `ca-000.crl` of the first generation, `ca2-000.crl` of the second.

    Args:
        generation: of the CA, from 1.
        shard: three digits.
    """
    return f"{_stem(generation)}-{shard}.crl"


def ca_certificate_name(generation: int) -> str:
    """File name of a CA certificate (DER): `ca.cer` of the first generation, `ca2.cer` of the second."""
    return f"{_stem(generation)}.cer"


def crl_address(public_url: str, generation: int, shard: str = SHARD) -> str:
    """URL of a CRL. Distribution point of certificates and of the CRL itself: the same octets in both."""
    return f"{public_url}/crl/{crl_name(generation, shard)}"


def ca_certificate_address(public_url: str, generation: int) -> str:
    """URL of a CA certificate (DER), as certificates name it."""
    return f"{public_url}/crl/{ca_certificate_name(generation)}"


def _stem(generation: int) -> str:
    if generation < 1:
        raise ValueError("generations count from 1")
    return "ca" if generation == 1 else f"ca{generation}"
