"""Finding certificates by what a person types: serial number, SHA-256, application number, holder or company."""

import re

from sqlalchemy import ColumnElement, or_, select

from app.core.search import Search, matches
from models.applications import Applicant, Application
from models.certificates import Certificate

SHA256_DIGITS, SERIAL_DIGITS = 64, 32
FEWEST_DIGITS = 12  # shorter hexadecimal is a number or a name
APPLICATION = re.compile(r"A-?(\d{4})-?(\d{6,9})(?:-(\d{1,3}))?")
_SIGNS = re.compile(r"[\s:]")


def certificate_criterion(text: str) -> Search | ColumnElement[bool]:
    """The criterion for a search text, for `admin.listing.read_listing`."""
    plain = _SIGNS.sub("", text)
    if re.fullmatch(rf"(0[xX])?[0-9a-fA-F]{{{FEWEST_DIGITS},{SHA256_DIGITS}}}", plain):
        digits = plain.lower().removeprefix("0x")
        return or_(Certificate.serial == digits.zfill(SERIAL_DIGITS), Certificate.sha256 == digits)
    if found := APPLICATION.fullmatch(plain.upper()):
        year, serial, position = found.groups()
        holders = select(Applicant.id).join(Application).where(Application.number == f"A-{year}-{serial}")
        if position:
            holders = holders.where(Applicant.position == int(position))
        return Certificate.applicant_id.in_(holders)
    return matches(Certificate.search_key, text)
