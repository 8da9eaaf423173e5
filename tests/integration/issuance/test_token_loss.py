"""Loss, damage, returns, destruction: what follows for certificates, PINs, charges and the token's book."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.services.open_accounts import open_accounts
from app.billing.jobs import charge_token_replacement
from app.billing.rules.price_file import parse_price_file
from app.billing.services.charge_token import charge_token
from app.billing.services.load_prices import load_prices
from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.settings import ROOT
from issuance.errors import TokenError, UnfinishedError
from issuance.jobs import issue_certificate
from issuance.jobs.tokens import revoke_of_token
from issuance.services.destroy_token import destroy_token
from issuance.services.inspect_token import inspect_token
from issuance.services.report_token import TokenReport, report_token
from issuance.services.reserve_serials import reserve_serials
from issuance.services.retire_token import retire_token
from issuance.services.revoke_certificate import revoke_certificate
from issuance.services.take_token_back import take_token_back
from models.applications import Application
from models.billing import Charge
from models.certificates import Certificate, Revocation
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, MailPieceStatus, TokenEventKind, TokenStatus
from models.mail_pieces import MailPiece
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.certificates import issued_certificate, requested_enrolment
from tests.factories.desk import approved_case, staff_actor
from tests.factories.tokens import book, token_in, token_row


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", email="stock@example.jp", name="小川 亮")


@pytest.fixture
def case(app: Flask, authority: None) -> Application:
    found = approved_case()
    load_prices(parse_price_file((ROOT / "app/billing/prices.example.csv").read_text("utf-8")), actor=SYSTEM)
    open_accounts(found.id, now=clock.now())
    return found


@pytest.fixture
def holder(case: Application) -> UUID:
    found = db.session.get_one(Application, case.id).applicants[0].id
    db.session.rollback()
    return found


@pytest.fixture
def token(holder: UUID, clerk: Actor) -> UUID:
    """In use: with a valid certificate on it."""
    found = token_in(TokenStatus.HELD, applicant_id=holder, actor=clerk)
    issued_certificate(holder)
    return found


def told(circumstance: str = "lost", fault: str = "holder", **more: object) -> TokenReport:
    return TokenReport(circumstance, "holder", "𠮷田 太郎", clock.now(), fault, **more)  # type: ignore[arg-type]


def report(token: UUID, clerk: Actor, circumstance: str = "lost", fault: str = "holder") -> UUID:
    db.session.rollback()
    return report_token(token, told(circumstance, fault), actor=clerk, now=clock.now())


def promised(line: UUID) -> set[str]:
    db.session.rollback()
    return {each.name.rpartition(".")[2] for each in db.session.scalars(select(Promise).filter_by(subject_id=line))}


@pytest.mark.hsm
@pytest.mark.parametrize(
    ("circumstance", "state", "reason"),
    [
        ("lost", TokenStatus.LOST, "keyCompromise"),
        ("stolen", TokenStatus.LOST, "keyCompromise"),
        ("damaged", TokenStatus.DAMAGED, "superseded"),
    ],
)
def test_a_report_revokes_and_charges_once(
    token: UUID, clerk: Actor, circumstance: str, state: TokenStatus, reason: str
) -> None:
    line = report(token, clerk, circumstance)

    assert token_row(token).status is state
    last = book(token)[-1]
    assert (last.id, last.detail["from"], last.detail["fault"]) == (line, "active", "holder")
    assert (last.actor_name, last.detail["reporter_name"]) == ("小川 亮", "𠮷田 太郎")
    assert promised(line) == {"revoke_of_token", "charge_token_replacement"}
    for _ in range(2):
        revoke_of_token(str(line))
        charge_token_replacement(str(line))
    revocation = db.session.scalars(select(Revocation)).one()
    assert (revocation.reason, revocation.asked_by, revocation.decided_by_name) == (reason, "holder", "小川 亮")
    assert db.session.scalars(select(Certificate.status)).one() is CertificateStatus.REVOKED
    charges = db.session.scalars(select(Charge).where(Charge.code == "etoken_replacement")).all()
    assert [(each.amount, each.subject_id) for each in charges] == [(6500, line)]


@pytest.mark.hsm
@pytest.mark.parametrize("fault", ["maker", "post", "authority", "nobody"])
def test_who_is_not_at_fault_pays_nothing(token: UUID, clerk: Actor, fault: str) -> None:
    line = report(token, clerk, "damaged", fault)
    assert promised(line) == {"revoke_of_token"}
    charge_token_replacement(str(line))
    assert db.session.scalars(select(Charge).where(Charge.code == "etoken_replacement")).all() == []


@pytest.mark.hsm
def test_the_token_that_takes_its_place_is_not_charged_again(
    token: UUID, holder: UUID, case: Application, clerk: Actor
) -> None:
    report(token, clerk)
    piece = MailPiece(
        number="L-2",
        applicant_id=holder,
        application_id=case.id,
        status=MailPieceStatus.POSTED,
        item_number="13112383852",
        posted_on=clock.today(),
        created_at=clock.now(),
    )
    db.session.add(piece)
    db.session.commit()
    assert charge_token(piece.id) is False


@pytest.mark.hsm
def test_an_enrolment_on_a_lost_token_ends_and_its_pins_are_destroyed(holder: UUID, clerk: Actor) -> None:
    token = token_in(TokenStatus.HELD, applicant_id=holder, actor=clerk)
    enrolment = requested_enrolment(holder)
    line = report(token, clerk)
    revoke_of_token(str(line))
    revoke_of_token(str(line))
    row = db.session.get_one(Enrolment, enrolment, populate_existing=True)
    assert (row.status, row.refusal_code) == (EnrolmentStatus.REFUSED, "token-gone")
    assert {str(each) for each in db.session.scalars(select(PinSecret.status))} == {"destroyed"}
    issue_certificate(str(enrolment))
    assert db.session.scalars(select(Certificate)).all() == []


@pytest.mark.hsm
def test_pins_made_after_the_report_stay(holder: UUID, clerk: Actor) -> None:
    token = token_in(TokenStatus.HELD, applicant_id=holder, actor=clerk)
    line = report(token, clerk)
    requested_enrolment(holder)  # of the letter that followed
    revoke_of_token(str(line))
    assert db.session.scalars(select(Enrolment.status)).one() is EnrolmentStatus.REQUESTED
    assert {str(each) for each in db.session.scalars(select(PinSecret.status))} == {"reserved"}


@pytest.mark.hsm
def test_a_certificate_in_the_making_is_revoked_when_it_is_there(holder: UUID, clerk: Actor) -> None:
    token = token_in(TokenStatus.HELD, applicant_id=holder, actor=clerk)
    enrolment = requested_enrolment(holder)
    db.session.get_one(Enrolment, enrolment).token_serial = "SN-1"
    db.session.commit()
    reserve_serials([enrolment], now=clock.now())  # the worker is at its first step
    line = report(token, clerk)
    with pytest.raises(UnfinishedError):
        revoke_of_token(str(line))
    issue_certificate(str(enrolment))
    revoke_of_token(str(line))
    assert db.session.scalars(select(Certificate.status)).one() is CertificateStatus.REVOKED
    assert token_row(token).status is TokenStatus.LOST


@pytest.mark.hsm
def test_a_report_that_cannot_be(token: UUID, clerk: Actor) -> None:
    wrong = [
        ({"circumstance": "eaten"}, "report-circumstance"),
        ({"reporter": "nobody"}, "report-reporter"),
        ({"reporter_name": " "}, "report-name"),
        ({"fault": "weather"}, "report-fault"),
        ({"reported_at": clock.now() + timedelta(hours=1)}, "report-later"),
    ]
    good = {"circumstance": "lost", "reporter": "holder", "reporter_name": "x", "reported_at": clock.now()}
    for change, code in wrong:
        with pytest.raises(TokenError, match=code):
            report_token(token, TokenReport(**{**good, "fault": "holder", **change}), actor=clerk, now=clock.now())
    assert token_row(token).status is TokenStatus.ACTIVE


@pytest.mark.parametrize("status", [TokenStatus.LOST, TokenStatus.RETURNED, TokenStatus.RETIRED])
def test_what_is_gone_is_not_reported(clerk: Actor, status: TokenStatus) -> None:
    token = token_in(status, actor=clerk)
    with pytest.raises(IllegalTransitionError):
        report(token, clerk)


def test_a_token_in_an_envelope_is_taken_out_first(clerk: Actor) -> None:
    token = token_in(TokenStatus.ENCLOSED, actor=clerk)
    with pytest.raises(TokenError, match="token-in-envelope"):
        report(token, clerk)


@pytest.mark.parametrize("witness", ["", " ", "小川亮", "小川　亮"])
def test_two_names_and_no_less(clerk: Actor, witness: str) -> None:
    token = token_in(TokenStatus.RETURNED, actor=clerk)
    now = clock.now()
    with pytest.raises(TokenError, match="token-witness"):
        inspect_token(token, is_sealed=True, witness=witness, remark="", actor=clerk, now=now)
    with pytest.raises(TokenError, match="token-witness"):
        retire_token(token, reason="x", witness=witness, actor=clerk, now=now)
    with pytest.raises(TokenError, match="token-witness"):
        destroy_token(token, method="x", witness=witness, actor=clerk, now=now)
    assert token_row(token).status is TokenStatus.RETURNED


@pytest.mark.parametrize(("is_sealed", "to"), [(True, TokenStatus.IN_STOCK), (False, TokenStatus.RETIRED)])
def test_a_sealed_token_goes_back_an_open_one_does_not(clerk: Actor, is_sealed: bool, to: TokenStatus) -> None:
    token = token_in(TokenStatus.RETURNED, actor=clerk)
    got = inspect_token(token, is_sealed=is_sealed, witness="山本 次郎", remark="", actor=clerk, now=clock.now())
    assert got is to
    last = book(token)[-1]
    assert (last.kind, last.status, last.actor_name, last.witness_name) == (
        TokenEventKind.INSPECTED, to, "小川 亮", "山本 次郎"
    )  # fmt: skip


@pytest.mark.hsm
def test_a_token_comes_back_when_its_certificates_are_over_and_never_goes_out_again(token: UUID, clerk: Actor) -> None:
    with pytest.raises(TokenError, match="token-certificate-live"):
        take_token_back(token, remark="", actor=clerk, now=clock.now())
    with pytest.raises(TokenError, match="token-certificate-live"):
        retire_token(token, reason="old", witness="山本 次郎", actor=clerk, now=clock.now())
    db.session.rollback()
    certificate = db.session.scalars(select(Certificate.id)).one()
    revoke_certificate(
        certificate,
        reason="affiliationChanged",
        asked_by="company",
        asked_at=clock.now(),
        actor=clerk,
        now=clock.now(),
    )

    take_token_back(token, remark="by post", actor=clerk, now=clock.now())
    to = inspect_token(token, is_sealed=True, witness="山本 次郎", remark="", actor=clerk, now=clock.now())

    assert to is TokenStatus.RETIRED  # sealed or not: somebody had it in hand


@pytest.mark.hsm
def test_an_expired_certificate_does_not_hold_its_token(token: UUID, clerk: Actor) -> None:
    take_token_back(token, remark="", actor=clerk, now=clock.now() + timedelta(days=3000))
    assert token_row(token).status is TokenStatus.RETURNED


def test_a_retired_token_is_destroyed_once(clerk: Actor) -> None:
    token = token_in(TokenStatus.DAMAGED, actor=clerk)
    with pytest.raises(TokenError, match="token-not-retired"):
        destroy_token(token, method="shredded", witness="山本 次郎", actor=clerk, now=clock.now())
    retire_token(token, reason="broken", witness="山本 次郎", actor=clerk, now=clock.now())
    destroy_token(token, method="shredded", witness="山本 次郎", actor=clerk, now=clock.now())
    with pytest.raises(TokenError, match="token-is-destroyed"):
        destroy_token(token, method="shredded", witness="山本 次郎", actor=clerk, now=clock.now())
    assert [line.kind for line in book(token)][-2:] == [TokenEventKind.RETIRED, TokenEventKind.DESTROYED]
    with pytest.raises(TokenError, match="token-not-out"):
        take_token_back(token, remark="", actor=clerk, now=clock.now())
