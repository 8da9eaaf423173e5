"""What the page of one request shows, and who may press what on it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from admin import messages_revocations as words
from admin.access import may
from admin.display import moment
from app.core.db import db
from app.security import current_staff
from issuance.queries.revocations import find_publication, find_revocation, get_holder
from issuance.rules.revocation_policy import missing_papers, terms_of
from models.applications import Applicant
from models.certificates import Certificate, Revocation
from models.companies import Company
from models.enums import RevocationAsker, RevocationChannel, RevocationRequestStatus
from models.revocations import RevocationRequest


@dataclass(frozen=True, slots=True)
class Buttons:
    """What the signed-in person may do now, and if not, why."""

    confirm: bool = False
    revoke: bool = False
    refuse: bool = False
    withdraw: bool = False
    papers: bool = False
    afterwards: bool = False
    why_not: str = ""


def publication_words(revocation: Revocation) -> str:
    """失効登録済（公開処理中）, then 失効公開済 with the CRL's number and time: never a bare “pending”."""
    found = find_publication(revocation)
    if found is None:
        return _("Revocation recorded (being published)")
    return _("Revocation published (CRL number %(number)s, %(at)s)", number=found.number, at=moment(found.issued_at))


def certificate_context(certificate: Certificate) -> dict[str, Any]:
    """The certificate with its holder, for every page about it."""
    holder = get_holder(certificate)
    return {"certificate": certificate, "holder": holder, "company": company_of(holder), "words": words}


def company_of(holder: Applicant) -> Company:
    """The holder's company."""
    return holder.application.company


def request_context(request: RevocationRequest) -> dict[str, Any]:
    """Everything that the page of a request shows."""
    certificate = db.session.get_one(Certificate, request.certificate_id)
    terms = terms_of(request.asked_by, request.channel, request.circumstance, request.papers)
    missing = missing_papers(terms, request.papers) if request.decided_at is None else []
    revocation = find_revocation(certificate.id)
    return {
        "asked": request,
        "terms": terms,
        "missing": missing,
        "revocation": revocation,
        "publication": publication_words(revocation) if revocation else "",
        "is_published": bool(revocation and revocation.crl_number is not None),
        "buttons": buttons_of(request, missing),
        "told": told(certificate, request.asked_by),
        **certificate_context(certificate),
    }


def told(certificate: Certificate, asked_by: RevocationAsker) -> list[str]:
    """Who hears of the revocation."""
    holder, found = get_holder(certificate), []
    if holder.email:
        found.append(_("The holder, by e-mail to %(address)s", address=holder.email))
    if not holder.email or asked_by is not RevocationAsker.HOLDER:
        found.append(_("The holder, by letter"))
    found.append(_("Everybody who checks a signature, by CRL and OCSP"))
    return found


def buttons_of(request: RevocationRequest, missing: list[str]) -> Buttons:
    """Judged again by the services; here it spares people a refusal."""
    person = current_staff()
    own = person.id if person else None
    if request.status is RevocationRequestStatus.REVOKED:
        waits = request.channel is RevocationChannel.TELEPHONE and request.confirmed_by is None
        return Buttons(
            afterwards=waits and may("certificate:revoke") and request.decided_by != own,
            why_not=_("You took this call, so another person confirms it.")
            if waits and request.decided_by == own
            else "",
        )
    if request.decided_at is not None:
        return Buttons()
    is_first = request.status is RevocationRequestStatus.RECEIVED and request.needs_two
    own_confirmation = request.confirmed_by is not None and request.confirmed_by == own
    return Buttons(
        confirm=is_first and not missing and may("revocation:receive"),
        revoke=not is_first and not missing and not own_confirmation and may("certificate:revoke"),
        refuse=may("certificate:revoke"),
        withdraw=may("revocation:receive"),
        papers=request.status is RevocationRequestStatus.RECEIVED
        and may("revocation:receive")
        and bool(missing or open_papers(request)),
        why_not=_why_not(missing, is_first=is_first, own_confirmation=own_confirmation),
    )


def open_papers(request: RevocationRequest) -> list[str]:
    """Papers of this kind of request that have not come: those that must and those that may."""
    terms = terms_of(request.asked_by, request.channel, request.circumstance)
    return [paper for paper in (*terms.papers, *terms.optional) if paper not in request.papers]


def _why_not(missing: list[str], *, is_first: bool, own_confirmation: bool) -> str:
    if missing:
        return _("Papers are missing: nobody can decide yet.")
    if own_confirmation:
        return _("You confirmed this request, so another person revokes.")
    if is_first and not may("revocation:receive"):
        return _("An officer confirms this request first; then another person revokes.")
    if not is_first and not may("certificate:revoke"):
        return _("An approver or a CA operator revokes.")
    return ""
