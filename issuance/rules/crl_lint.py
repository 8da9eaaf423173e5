"""Lints of a CRL before its signature: pkilint's RFC 5280 checks over the CRL with its first entries.

All entries are written by one function (`issuance.rules.revocation.crl_entry`), and pkilint takes more than linear time:
0.01 s for 20 of them, 0.2 s for 100.
"""

from functools import cache

from pkilint import loader
from pkilint.pkix import create_attribute_decoder, create_extension_decoder, crl, extension, name
from pkilint.validation import ValidationFindingSeverity

ENTRIES = 20


def crl_findings(der: bytes) -> list[str]:
    """Everything wrong with a CRL of few entries, as `SEVERITY code path`; an empty list is what we want."""
    document = loader.RFC5280CertificateListDocumentLoader().load_der_document(der, "crl", "memory")
    return [
        f"{description.finding.severity.name} {description.finding.code} {result.node.path}"
        for result in _validator().validate(document.root)  # type: ignore[attr-defined]
        for description in result.finding_descriptions
        # the enumeration counts downwards: FATAL is 0
        if description.finding.severity <= ValidationFindingSeverity.WARNING
    ]


@cache
def _validator() -> object:
    return crl.create_pkix_crl_validator_container(
        [
            create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )
