"""What a certificate will say, for the holder to agree to: from the very rules that will make it. Changes nothing."""

from dataclasses import astuple, dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from cryptography.x509.oid import NameOID
from flask import current_app
from sqlalchemy import select

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from issuance import queries
from issuance.queries.profiles import get_profiles
from issuance.queries.requests import find_token_model
from issuance.rules.profile import Holder, alternative_name, subject_of
from issuance.rules.term import term
from issuance.rules.validity import latest_expiry
from issuance.services.build_certificates import holder_of_applicant
from models.applications import Applicant
from models.enums import CaKeyPurpose
from models.tokens import Token

READABLE = {NameOID.SERIAL_NUMBER: "serialNumber"}


@dataclass(frozen=True, slots=True)
class Preview:
    """One certificate that is not there yet."""

    holder: Holder
    own_name: str  # as on the residence certificate, before any substitute
    subject: str
    issuer: str
    first_day: date  # if it is issued today; Japan
    last_day: date
    key_kinds: tuple[str, ...]  # of which one is made; the usual one first
    policy: str
    problem: DomainError | None = None  # why it cannot be issued as it stands

    @property
    def seen(self) -> str:
        """Recognises the names: who agrees to them agrees to those that were shown."""
        return sha256(repr(astuple(self.holder)).encode()).hexdigest()


def preview_certificate(applicant_id: UUID, *, now: datetime) -> Preview:
    """What the certificate of this applicant will say if it is issued now."""
    settings = current_app.extensions["settings"]
    applicant = db.session.get_one(Applicant, applicant_id)
    profile, holder = get_profiles().holder, holder_of_applicant(applicant)
    ca = queries.find_authority(CaKeyPurpose.CA)
    issuer = queries.load(ca) if ca else None
    today = day_in_tokyo(now)
    first, last = term(
        now,
        years=profile.years,
        rsa_bits=None,
        ca_not_after=ca.not_after if ca else now.replace(year=now.year + 10),
        latest_day=latest_expiry(today),
    )
    subject, problem = "", None
    try:
        subject = subject_of(holder).rfc4514_string(READABLE)
        alternative_name(holder)
    except DomainError as error:
        problem = error
    return Preview(
        holder=holder,
        own_name=applicant.name,
        subject=subject,
        issuer=issuer.subject.rfc4514_string() if issuer else "",
        first_day=day_in_tokyo(first),
        last_day=day_in_tokyo(last),
        key_kinds=_key_kinds(applicant_id, profile.key_kinds),
        policy=f"{settings.policy_oid_arc}.{profile.policy}",
        problem=problem,
    )


def _key_kinds(applicant_id: UUID, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """What the profile allows and the holder's token can do."""
    token = db.session.scalars(
        select(Token).where(Token.applicant_id == applicant_id).order_by(Token.changed_at.desc()).limit(1)
    ).first()
    model = find_token_model(token) if token else None
    return tuple(kind for kind in wanted if model is None or kind in model.key_kinds)
