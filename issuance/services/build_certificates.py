"""Second step of the issue: each certificate with an empty signature, and every lint on it. Writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from issuance.errors import KeyRefusedError, LintError, ProfileError
from issuance.queries.issuing import Material, list_material
from issuance.queries.ledger import known_elsewhere, ledger, modulus_of
from issuance.queries.profiles import get_profiles
from issuance.rules.lint import certificate_findings
from issuance.rules.lint_context import Expected
from issuance.rules.lint_keys import is_about_the_key_alone
from issuance.rules.profile import Holder, Places, holder_certificate
from issuance.rules.profiles import HolderProfile
from issuance.rules.signing_bytes import PublicKey, public_key_of, unsigned
from issuance.rules.term import term
from issuance.rules.validity import latest_expiry, latest_renewal_expiry
from models.applications import Applicant
from models.certificates import Certificate
from models.enums import CertificateStatus


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate that passed every lint, with an empty signature."""

    certificate_id: UUID
    enrolment_id: UUID
    blank: x509.Certificate
    anchor: datetime
    made_for: tuple[UUID, int]  # CA and version of the profiles


def build_certificates(
    certificate_ids: Collection[UUID], *, now: datetime
) -> tuple[list[Draft], dict[UUID, DomainError]]:
    """Build what has a serial number and nothing else.

    Returns:
        the drafts; and by enrolment why the others cannot be issued (LintError, ProfileError): nothing was signed,
        the PINs stay usable.
    """
    drafts: list[Draft] = []
    failures: dict[UUID, DomainError] = {}
    if not certificate_ids:
        return drafts, failures
    material = [
        each for each in list_material(certificate_ids) if each.certificate.status is CertificateStatus.SERIAL_RESERVED
    ]
    keys = {each.enrolment.id: _key(each) for each in material}
    known = known_elsewhere({each.enrolment.id: each.enrolment.spki_sha256 or "" for each in material})
    sharing = ledger().sharing({key: modulus for key, each in keys.items() if (modulus := modulus_of(each))})
    profiles = {
        version: get_profiles(version).holder for version in {each.certificate.profile_version for each in material}
    }
    for each in material:
        enrolment_id = each.enrolment.id
        try:
            drafts.append(
                _draft(
                    each,
                    keys[enrolment_id],
                    profiles[each.certificate.profile_version],
                    now,
                    is_key_known=enrolment_id in known,
                    shares_factor=enrolment_id in sharing,
                )
            )
        except DomainError as error:
            failures[enrolment_id] = error
    ledger().drop(failures)
    db.session.rollback()
    return drafts, failures


def _draft(
    material: Material,
    key: PublicKey,
    profile: HolderProfile,
    now: datetime,
    *,
    is_key_known: bool,
    shares_factor: bool,
) -> Draft:
    settings = current_app.extensions["settings"]
    ca = parsed(material.authority.der)
    anchor = anchor_of(material.renewed, now)
    is_rsa = isinstance(key, rsa.RSAPublicKey)
    not_before, not_after = term(
        now,
        years=profile.years,
        rsa_bits=key.key_size if is_rsa else None,
        ca_not_after=ca.not_valid_after_utc,
        latest_day=min(latest_expiry(day_in_tokyo(now)), latest_renewal_expiry(day_in_tokyo(anchor))),
    )
    if not_after <= not_before:
        raise ProfileError("profile-no-term")
    places = Places(
        settings.public_url, settings.policy_oid_arc, material.authority.generation, material.certificate.shard
    )
    builder = holder_certificate(
        profile,
        holder_of_applicant(material.applicant),
        public_key=key,
        serial=int(material.certificate.serial, 16),
        not_before=not_before,
        not_after=not_after,
        issuer=ca,
        places=places,
    )
    blank = unsigned(builder, public_key_of(ca))
    expected = Expected(profile, places, ca, now, anchor, is_key_known, shares_factor)
    if findings := certificate_findings(blank.public_bytes(Encoding.DER), expected):
        raise (KeyRefusedError if is_about_the_key_alone(findings) else LintError)(findings)
    made_for = (material.authority.id, material.certificate.profile_version)
    return Draft(material.certificate.id, material.enrolment.id, blank, anchor, made_for)


def anchor_of(renewed: Certificate | None, now: datetime) -> datetime:
    """From when the five years of the identity count: this certificate, or the one on papers that it goes back to."""
    if renewed is None:
        return now.replace(microsecond=0)
    if renewed.identity_anchor is None:
        raise ProfileError("profile-no-anchor")
    return renewed.identity_anchor


def holder_of_applicant(applicant: Applicant) -> Holder:
    """The contents of a certificate, from the approved application."""
    company = applicant.application.company
    return Holder(
        number=applicant.number,
        name=applicant.certificate_name or applicant.name,  # 外字 give way to substitutes (registration decides)
        name_romaji=applicant.name_romaji,
        company_name=company.name,
        company_romaji=company.name_romaji,
        company_address=company.address,
        corporate_number=company.corporate_number,
    )


def _key(material: Material) -> PublicKey:
    public = x509.load_der_x509_csr(material.enrolment.csr or b"").public_key()
    assert isinstance(public, PublicKey)  # the request was checked when it came
    return public


@lru_cache(maxsize=16)
def parsed(der: bytes) -> x509.Certificate:
    """A certificate of the authority, parsed once."""
    return x509.load_der_x509_certificate(der)
