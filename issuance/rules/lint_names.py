"""Lints of names: string types, lengths in characters, characters that can be read, no e-mail address. Pure.

RFC 5280 §4.1.2.4 and appendix A (types and upper bounds); registration-authorities research §4.1 (characters).
"""

import re
import unicodedata
from functools import lru_cache

from cryptography import x509

from issuance.rules.lint_context import find_extension
from issuance.rules.read_der import PRINTABLE, UTF8, NamePart, name_parts

COUNTRY, SERIAL_NUMBER, COMMON_NAME, EMAIL = "2.5.4.6", "2.5.4.5", "2.5.4.3", "1.2.840.113549.1.9.1"
ORGANIZATION = "2.5.4.10"
PRINTABLE_TYPES = {COUNTRY, SERIAL_NUMBER}
MOST_CHARACTERS = {
    COUNTRY: 2,
    SERIAL_NUMBER: 64,
    COMMON_NAME: 64,
    ORGANIZATION: 64,
    "2.5.4.11": 64,  # organizationalUnitName
    "2.5.4.12": 64,  # title
    "2.5.4.7": 128,  # localityName
    "2.5.4.8": 128,  # stateOrProvinceName
    "2.5.4.97": 64,  # organizationIdentifier
}
# What every Japanese system shows: JIS X 0213:2004, and the extensions that cp932 had before it.
_REPERTOIRES = ("euc_jis_2004", "cp932")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def length_findings(found: x509.Certificate) -> list[str]:
    """Names that are too long or empty. `cryptography` counts octets, other tools nothing; RFC 5280 counts characters."""
    findings = []
    for place, part in _parts(found):
        if len(part.text) > MOST_CHARACTERS.get(part.oid, len(part.text)):
            findings.append(f"ERROR own.name-too-long {place}.{part.oid}")
        if not part.text.strip():
            findings.append(f"ERROR own.name-empty {place}.{part.oid}")
    return findings


def name_findings(found: x509.Certificate) -> list[str]:
    """What is wrong with the names of a holder's certificate."""
    findings: list[str] = []
    for place, part in _parts(found):
        where = f"{place}.{part.oid}"
        if part.oid == EMAIL or _ADDRESS.search(part.text):
            findings.append(f"ERROR own.e-mail {where}")
            continue
        if part.tag != (PRINTABLE if part.oid in PRINTABLE_TYPES else UTF8):
            findings.append(f"ERROR own.string-type {where}")
        if any(unicodedata.category(character).startswith("C") for character in part.text):
            findings.append(f"ERROR own.invisible-character {where}")  # private use, zero width, direction, control
        elif place == "subject" and not part.text.isascii():
            findings.append(f"ERROR own.subject-not-romaji {where}")
        elif place == "alternative" and part.oid == COMMON_NAME and not _is_in_repertoire(part.text):
            findings.append(f"ERROR own.character-not-shown {where}")
    return findings + _required(found) + _other_addresses(found)


def _required(found: x509.Certificate) -> list[str]:
    """施行規則6条5号: the subscriber's name; RFC 3739 §3.1.2: a serial number makes the subject unique."""
    findings = []
    there = {(place, part.oid) for place, part in _parts(found)}
    for place, oid in (
        ("subject", COUNTRY),
        ("subject", COMMON_NAME),
        ("subject", SERIAL_NUMBER),
        ("alternative", ORGANIZATION),
        ("alternative", COMMON_NAME),
    ):
        if (place, oid) not in there:
            findings.append(f"ERROR own.name-missing {place}.{oid}")
    return findings


def _other_addresses(found: x509.Certificate) -> list[str]:
    alternative = find_extension(found, x509.SubjectAlternativeName)
    others = [] if alternative is None else [each for each in alternative.value if not _is_directory_name(each)]
    kinds = {type(each) for each in others}
    findings = ["ERROR own.e-mail alternative"] if x509.RFC822Name in kinds else []
    if kinds - {x509.RFC822Name}:
        findings.append("ERROR own.alternative-name-kind")
    return findings


def _is_directory_name(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.DirectoryName)


def _parts(found: x509.Certificate) -> list[tuple[str, NamePart]]:
    """Subject, and the directoryName of subjectAltName."""
    parts = [("subject", part) for part in _read(found.subject.public_bytes())]
    alternative = find_extension(found, x509.SubjectAlternativeName)
    if alternative is not None:
        for name in alternative.value.get_values_for_type(x509.DirectoryName):
            parts += [("alternative", part) for part in _read(name.public_bytes())]
    return parts


@lru_cache(maxsize=32)
def _read(name: bytes) -> tuple[NamePart, ...]:
    """Read once for all the lints of a certificate."""
    return tuple(name_parts(name))


def _is_in_repertoire(text: str) -> bool:
    return all(any(_encodes(encoding, character) for encoding in _REPERTOIRES) for character in text)


@lru_cache(maxsize=20_000)
def _encodes(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
