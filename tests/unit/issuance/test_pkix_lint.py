"""pkilint with a memory finds what pkilint finds."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from issuance.rules.pkix_lint import _LOADER, _validator, plain_validator
from tests.factories.lint_certificates import ca, der_of, rebuilt
from tests.unit.issuance.test_lint import CN, PRINTABLE, SN, UTF8, C, broken_extensions, subject


def findings(validator, encoded: bytes) -> list[tuple[str, str, str]]:
    document = _LOADER.load_der_document(encoded, "certificate", "memory")
    return [
        (type(result.validator).__name__, result.node.path, description.finding.code)
        for result in validator.validate(document.root)
        for description in result.finding_descriptions
    ]


def certificates() -> list[bytes]:
    good = x509.BasicConstraints(ca=False, path_length=None)
    return [
        *(encoded for _code, encoded in broken_extensions()),
        der_of(rebuilt(add=(good, False))),
        der_of(rebuilt(subject=subject(CN, SN))),
        der_of(rebuilt(subject=subject((NameOID.COUNTRY_NAME, "XX", PRINTABLE), CN, SN))),
        der_of(rebuilt(subject=subject(C, (NameOID.COMMON_NAME, "A" * 64, UTF8), SN))),
    ]


@pytest.mark.parametrize("encoded", certificates())
def test_the_same_findings(encoded: bytes) -> None:
    plain = findings(plain_validator(), encoded)
    assert findings(_validator(), encoded) == plain
    assert findings(_validator(), encoded) == plain  # again, from memory


def test_some_of_them_are_really_wrong() -> None:
    assert any(findings(_validator(), encoded) for encoded in certificates())
    assert ca()
