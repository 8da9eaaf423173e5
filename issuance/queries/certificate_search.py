"""Finding certificates by what a person types: serial number, SHA-256, application number, holder or company."""

import re
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.search import Search, matches, pairs
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.companies import Company

SHA256_DIGITS, SERIAL_DIGITS = 64, 32
FEWEST_DIGITS = 12  # shorter hexadecimal is a number or a name
MOST_HOLDERS = 500  # beyond: a word that stands nearly everywhere, found by walking along the list
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
    return _by_names(text)


def _by_names(text: str) -> Search | ColumnElement[bool]:
    """Holder or company. A case's key has the names of all its applicants: who is meant is told apart here."""
    wanted = pairs(text)
    if not wanted:
        return false()
    found = db.session.execute(
        select(Applicant.id, Applicant.name, Applicant.name_kana, Applicant.certificate_name, Company.name)
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
        .where(matches(Application.search_key, text))
        .limit(MOST_HOLDERS + 1)
    ).all()
    if len(found) > MOST_HOLDERS:
        return _walking(text)
    begins = (
        f" {wanted}" if len(wanted) == 1 else wanted
    )  # one character: only where it begins a pair, as the index has it
    holders = [row[0] for row in found if any(begins in f" {pairs(each)}" for each in row[1:])]
    return Certificate.applicant_id.in_(holders)


def _walking(text: str) -> Search:
    applicant, application = aliased(Applicant), aliased(Application)
    criterion: Any = matches(application.search_key, text)
    of_this = (
        select(applicant.id)
        .join(application, application.id == applicant.application_id)
        .where(applicant.id == Certificate.applicant_id, criterion.test)
        .exists()
    )
    anywhere = select(applicant.id).join(application, application.id == applicant.application_id).where(criterion.index)
    return Search(of_this, Certificate.applicant_id.in_(anywhere))
