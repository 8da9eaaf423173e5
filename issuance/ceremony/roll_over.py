"""Key roll-over: a new generation of the CA, cross-certified with the one before (RFC 4210 §4.4).

The name stays, the key changes. `New with old` lets whoever trusts the old CA check what the new one issues; `old with
new` lets whoever trusts the new one check what the old one issued. The old CA issues nothing more; its key goes on
signing CRLs and responder certificates for what it issued.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy import select

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import transaction
from issuance import queries
from issuance.ceremony import making
from issuance.ceremony.certificates import ca_builder, ca_name, cross_builder
from issuance.ceremony.configuration import Configuration, require_profile
from issuance.ceremony.making import Made, TokenIssuer
from issuance.ceremony.token import make_keys, open_token, public_key
from issuance.errors import CeremonyError
from issuance.hsm.token import HsmToken
from issuance.queries.profiles import get_profiles
from issuance.rules.key_labels import label_of
from issuance.rules.profile import Places
from issuance.services.publish_crl import publish_crl
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose

NEW_WITH_OLD, OLD_WITH_NEW = "new-with-old", "old-with-new"
REPLACED = (CaKeyPurpose.CA, CaKeyPurpose.TSA, CaKeyPurpose.SEAL)  # the old responder goes on answering


@dataclass(frozen=True, slots=True)
class _Old:
    generation: int
    label: str
    certificate: x509.Certificate


def roll_over(configuration: Configuration, settings: Settings, *, now: datetime, is_compromised: bool = False) -> Path:
    """Make the next generation of the authority and let it issue from now on.

    Args:
        configuration: what to make, and who is there; the CA's name must be that of the old one.
        settings: of the installation.
        now: the moment from which the certificates are valid.
        is_compromised: the old key is in wrong hands: no cross-certificate may lead to it or come from it.

    Returns:
        the record of the ceremony, a JSON file with the fingerprints to publish (施行規則6条9号).

    Raises:
        NoAuthorityError: no first ceremony was held.
        CeremonyError: the name differs, the present CA was made today, the token or the old key is missing, or the
            record cannot be written. What was made on the token is used by the next try.
        LintError: a certificate does not pass the lints; nothing was signed for it.
    """
    require_profile(configuration, get_profiles())
    old = _old_authority(configuration, now)
    moment = now.replace(microsecond=0)
    directory = making.ready_directory(settings)
    with making.alone():
        token = open_token(settings, may_initialise=False)
        try:
            if public_key(token, old.label) != old.certificate.public_key():
                raise CeremonyError("roll-over-other-key", label=old.label)
            keys_made = make_keys(token, configuration, generation=old.generation + 1)
            ca = _make_ca(token, configuration, old.generation + 1, moment)
            crosses = [] if is_compromised else _make_crosses(token, settings, ca, old, moment)
            made = [ca, *crosses, *making.make_units(token, configuration, settings, ca, now=moment)]
            record = making.record_of(configuration, settings, made, keys_made, moment)
            record["old_key_compromised"] = is_compromised
            _replace(made, record, old, moment)
            publish_crl(now=now, issuer=TokenIssuer(token), even_if_current=True)
        finally:
            token.close()
    return making.write(directory, f"record-{old.generation + 1}.json", record, made)


def _old_authority(configuration: Configuration, now: datetime) -> _Old:
    row = queries.get_authority(CaKeyPurpose.CA)
    old = _Old(row.generation, row.key_label, queries.load(row))
    made_on = day_in_tokyo(row.created_at)
    db.session.rollback()
    if old.generation > 1 and made_on >= day_in_tokyo(now):
        raise CeremonyError("roll-over-today", generation=old.generation)
    if ca_name(configuration.ca) != old.certificate.subject:
        raise CeremonyError("roll-over-name", name=old.certificate.subject.rfc4514_string())
    return old


def _make_ca(token: HsmToken, configuration: Configuration, generation: int, now: datetime) -> Made:
    label = label_of("ca", generation)
    key = public_key(token, label)
    builder = ca_builder(configuration.ca, key, serial=making.new_serial(), now=now)
    return Made(label, CaKeyPurpose.CA, generation, label, making.sign(token, builder, label=label, issuer_key=key))


def _make_crosses(token: HsmToken, settings: Settings, ca: Made, old: _Old, now: datetime) -> list[Made]:
    def cross(subject: x509.Certificate, issuer: x509.Certificate, by: int, label: str) -> x509.Certificate:
        places = Places(settings.public_url, settings.policy_oid_arc, by)
        builder = cross_builder(subject, issuer, serial=making.new_serial(), now=now, places=places)
        found = making.sign(token, builder, label=label, issuer_key=public_key(token, label))
        found.verify_directly_issued_by(issuer)
        return found

    new_with_old = cross(ca.certificate, old.certificate, old.generation, old.label)
    old_with_new = cross(old.certificate, ca.certificate, ca.generation, ca.label)
    kind = CaKeyPurpose.CROSS
    return [
        Made(f"{ca.label}-{NEW_WITH_OLD}", kind, old.generation, ca.label, new_with_old, active=False),
        Made(f"{ca.label}-{OLD_WITH_NEW}", kind, ca.generation, old.label, old_with_new, active=False),
    ]


def _replace(made: list[Made], record: dict[str, object], old: _Old, now: datetime) -> None:
    """In one transaction: the old certificates sign nothing new, the new ones do."""
    with transaction():
        rows = db.session.scalars(
            select(CaCertificate)
            .where(CaCertificate.active, CaCertificate.purpose.in_(REPLACED))
            .order_by(CaCertificate.id)
            .with_for_update()
        ).all()
        if any(row.generation > old.generation for row in rows):
            raise CeremonyError("roll-over-today", generation=old.generation + 1)
        for row in rows:
            row.active = False
            audit.record(
                "authority:retire",
                subject_type="ca_certificate",
                subject_id=row.id,
                actor=SYSTEM,
                detail={"purpose": row.purpose.value, "sha256": row.sha256, "present": record["present"]},
            )
        db.session.flush()
        making.store(made, record, now)
