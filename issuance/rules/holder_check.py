"""The names in a stored certificate against those of the approved case, attribute by attribute. Pure.

Read with the small reader of issuance.rules.read_der, which does not hide a tag, a repetition or a second name; compared
with `Approved`, not with what the path of the issue would build again. docs/rules/certificate-profile.md.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509

from issuance.rules.profile import MOST_LOCALITY
from issuance.rules.read_der import name_parts

COUNTRY, LOCALITY, ORGANIZATION, COMMON_NAME, SERIAL_NUMBER = (f"2.5.4.{arc}" for arc in (6, 7, 10, 3, 5))
ORGANIZATION_ID = "2.5.4.97"
# The moment on record is that of the job's beginning: what is built a little later may know of a change since.
JUST_AFTER = timedelta(minutes=15)
_COMPANY = {LOCALITY, ORGANIZATION, ORGANIZATION_ID}
Said = Iterator[tuple[str, str]]
Wanted = list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a company's record that an approved change wrote."""

    field: str
    old: str
    new: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Approved:
    """What the approved case says of holder and company.

    Args:
        number: application number of the holder.
        name: as it stands in certificates: the name of the papers, or the form with substitutes.
        name_romaji: as on form 5.
        company: the company's record now: name, name_romaji, address, corporate_number.
        changes: what was changed in it.
        moment: at which the certificate was built.
    """

    number: str
    name: str
    name_romaji: str
    company: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    moment: datetime | None = None


def holder_findings(found: x509.Certificate, said: Approved) -> Said:
    """What differs: code, and the place with what stands there."""
    yield from _compare("subject", found.subject.public_bytes(), _subject(said))
    names = _directory_names(found)
    if len(names) != 1:
        yield "names-unexpected", f"alternative: {len(names)} names"
        return
    yield from _compare("alternative", names[0], _alternative(said))


def values_at(code: str, now: str, changes: Collection[Change], moment: datetime | None) -> frozenset[str]:
    """What a field of the company's record said at a moment, or was changed to right afterwards.

    Never what stood there before a change that had been approved by then: a certificate that says so is a finding.

    Args:
        code: of the field.
        now: what it says today.
        changes: of the company, every field, in any order.
        moment: at which it was read, or a little earlier; None: nobody knows, so that only today's value is right.
    """
    found = {now}
    mine = [each for each in changes if each.field == code and moment is not None and each.at > moment]
    for change in sorted(mine, key=lambda each: each.at, reverse=True):
        is_just_after = moment is not None and change.at <= moment + JUST_AFTER
        found = {*found, change.old} if is_just_after else {change.old}
    return frozenset(found)


def _subject(said: Approved) -> Wanted:
    return [
        (COUNTRY, frozenset({"JP"})),
        (ORGANIZATION, _company(said, "name_romaji", lambda text: " ".join(text.split()))),
        (COMMON_NAME, frozenset({" ".join(said.name_romaji.split())})),
        (SERIAL_NUMBER, frozenset({said.number})),
    ]


def _alternative(said: Approved) -> Wanted:
    return [
        (COUNTRY, frozenset({"JP"})),
        (LOCALITY, _company(said, "address", lambda text: text[:MOST_LOCALITY])),
        (ORGANIZATION, _company(said, "name", str)),
        # Reception may not know the number; the registry certificate of a later case gives it to the company once.
        (ORGANIZATION_ID, _company(said, "corporate_number", str) | {""}),
        (COMMON_NAME, frozenset({"\u3000".join(said.name.split())})),
    ]


def _company(said: Approved, code: str, form: Callable[[str], str]) -> frozenset[str]:
    values = values_at(code, said.company.get(code, ""), said.changes, said.moment)
    return frozenset(form(each) for each in values)


def _compare(place: str, name: bytes, wanted: Wanted) -> Said:
    try:
        parts = name_parts(name)
    except ValueError:
        yield "names-unexpected", f"{place}: not to be read"
        return
    oids = [part.oid for part in parts]
    for oid, values in wanted:
        texts = [part.text for part in parts if part.oid == oid] or [""]
        if any(text not in values for text in texts):
            yield _code(place, oid), f"{place}.{oid} {'; '.join(texts) or '—'}"
    expected = [oid for oid, _values in wanted if oid in oids]
    if oids != expected:  # another one, one twice, or another order; types of strings are the lints'
        yield "names-unexpected", f"{place}: {', '.join(oids)}"


def _code(place: str, oid: str) -> str:
    if oid in _COMPANY:
        return "company-differs"
    if oid == COUNTRY:
        return "names-unexpected"
    return "holder-differs" if place == "subject" else "holder-name-differs"


def _directory_names(found: x509.Certificate) -> list[bytes]:
    try:
        alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [each.value.public_bytes() if isinstance(each, x509.DirectoryName) else b"" for each in alternative]
