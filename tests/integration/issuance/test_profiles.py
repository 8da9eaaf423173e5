"""Versions of the certificate profiles: proposed by one, put in force by another, and what is issued by them."""

from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError, StaleError
from issuance.errors import CertificateProfileError, LintError
from issuance.queries.profiles import get_profiles, list_profile_rows
from issuance.rules.profiles import BUILT_IN, ProfilesContentError, to_content
from issuance.rules.term import last_day_of_term
from issuance.services import issue_certificate as issuing
from issuance.services.decide_profiles import decide_profiles
from issuance.services.issue_certificate import issue_certificate
from issuance.services.propose_profiles import propose_profiles
from models.audit import AuditEntry
from models.certificates import Certificate
from models.enums import CertificateStatus, PinStatus, ProfileStatus
from models.pin_secrets import PinSecret
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment
from tests.factories.desk import staff_actor

SUFFIX = "1.2.392.200999"


def people() -> tuple[Actor, Actor]:
    return staff_actor("administrator", email="a@example.jp"), staff_actor("administrator", email="b@example.jp")


def content(**changes: Any) -> dict[str, Any]:
    found = to_content(BUILT_IN)
    for name, value in changes.items():
        section, _, key = name.partition("__")
        found[section][key] = value
    return found


def propose(actor: Actor, *, needs_accreditation: bool = False, **changes: Any):
    return propose_profiles(
        content(**changes), reason="鍵の長さ", needs_accreditation=needs_accreditation, actor=actor, now=clock.now()
    )


def activate(actor: Actor, profile_id, **more: Any) -> None:
    decide_profiles(profile_id, activate=True, actor=actor, now=clock.now(), **more)


def test_nothing_holds_until_a_second_person_says_so(app: Flask) -> None:
    first, second = people()
    assert get_profiles() == BUILT_IN
    proposed = propose(first, holder__years=3)
    assert get_profiles() == BUILT_IN
    with pytest.raises(NotFoundError):
        get_profiles(2)
    with pytest.raises(CertificateProfileError, match="own-proposal"):
        activate(first, proposed)
    activate(second, proposed)
    assert (get_profiles().version, get_profiles().holder.years) == (2, 3)
    assert get_profiles(1) == BUILT_IN
    with pytest.raises(StaleError):
        activate(second, proposed)
    events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
    assert [event for event in events if event.startswith("certificate_profile:")] == [
        "certificate_profile:propose",
        "certificate_profile:activate",  # refused: the own proposal
        "certificate_profile:activate",
        "certificate_profile:activate",  # refused: done already
    ]


def test_a_retired_version_stays_as_it_was(app: Flask) -> None:
    first, second = people()
    activate(second, propose(first, holder__years=3))
    activate(first, propose(second, holder__years=4))
    assert get_profiles(2).holder.years == 3
    assert [row.status for row in list_profile_rows()] == [ProfileStatus.ACTIVE, ProfileStatus.RETIRED]


def test_what_cannot_be_proposed(app: Flask) -> None:
    first, second = people()
    with pytest.raises(CertificateProfileError, match="profile-unchanged"):
        propose(first)
    with pytest.raises(ProfilesContentError, match="certificate-profile-number"):
        propose(first, holder__years=6)
    with pytest.raises(CertificateProfileError, match="profile-reason-needed"):
        propose_profiles(content(holder__years=3), reason=" ", needs_accreditation=False, actor=first, now=clock.now())
    proposed = propose(first, holder__years=3)
    with pytest.raises(CertificateProfileError, match="proposal-open"):
        propose(second, holder__years=4)
    with pytest.raises(CertificateProfileError, match="rejection-reason-needed"):
        decide_profiles(proposed, activate=False, actor=second, now=clock.now())
    decide_profiles(proposed, activate=False, actor=second, now=clock.now(), reason="まだ早い")
    assert get_profiles() == BUILT_IN
    assert propose(first, holder__years=4) != proposed
    assert [row.version for row in list_profile_rows()] == [3, 2]  # a number is never given twice


def test_a_change_of_the_manner_of_business_needs_its_accreditation(app: Flask) -> None:
    first, second = people()
    proposed = propose(first, needs_accreditation=True, holder__policy="1.2")
    with pytest.raises(CertificateProfileError, match="accreditation-needed"):
        activate(second, proposed)
    activate(second, proposed, accreditation_reference="令和8年10月1日 第5号")
    assert get_profiles().holder.policy == "1.2"


def of(enrolment_id) -> Certificate:
    found = db.session.scalars(select(Certificate).where(Certificate.enrolment_id == enrolment_id)).one()
    db.session.refresh(found)
    return found


def policies(row: Certificate) -> list[str]:
    found = x509.load_der_x509_certificate(row.der)
    extension = found.extensions.get_extension_for_class(x509.CertificatePolicies)
    return [each.policy_identifier.dotted_string for each in extension.value]


def test_a_version_holds_for_serial_numbers_reserved_after_it(
    app: Flask, authority: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = people()
    before, between, after = (requested_enrolment(waiting_applicant()) for _ in range(3))
    issue_certificate(before, now=clock.now())
    with monkeypatch.context() as patch:  # reserved under version 1, and then the process dies

        def die(*_arguments: object, **_named: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(issuing, "build_certificates", die)
        with pytest.raises(KeyboardInterrupt):
            issue_certificate(between, now=clock.now())
    activate(second, propose(first, holder__years=1, holder__policy="1.7"))
    issue_certificate(between, now=clock.now())
    issue_certificate(after, now=clock.now())
    assert [of(each).profile_version for each in (before, between, after)] == [1, 1, 2]
    assert [policies(of(each)) for each in (before, between, after)] == [
        [f"{SUFFIX}.1.1"],
        [f"{SUFFIX}.1.1"],
        [f"{SUFFIX}.1.7"],
    ]

    def last_day(row: Certificate, moment: datetime | None) -> object:
        assert moment is not None
        return day_in_tokyo(row.not_after), last_day_of_term(day_in_tokyo(moment), 2 if row.profile_version == 1 else 1)

    for each in (before, between, after):
        row = of(each)
        found, asked = last_day(row, row.not_before)
        assert found == asked


def test_a_key_that_the_profile_no_longer_has_is_not_signed(app: Flask, authority: None) -> None:
    first, second = people()
    enrolment = requested_enrolment(waiting_applicant(), rsa.generate_private_key(65537, 2048))
    activate(second, propose(first, holder__key_kinds=["rsa-3072", "secp256r1"]))
    with pytest.raises(LintError) as caught:
        issue_certificate(enrolment, now=clock.now())
    assert caught.value.findings == ["ERROR own.key-kind"]
    assert of(enrolment).status is CertificateStatus.SERIAL_RESERVED
    # Given back: the holder makes another key, with the same download PIN.
    assert set(db.session.scalars(select(PinSecret.status))) == {PinStatus.RESERVED, PinStatus.ISSUED}
