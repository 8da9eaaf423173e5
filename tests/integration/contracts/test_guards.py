"""What must not happen: twice, by the wrong person, with a revoked certificate, over another state of the contract."""

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.contracts import queries
from app.contracts.errors import (
    CertificateRefusedError,
    CompanyIdCannotActError,
    ContractError,
    SignatureRefusedError,
    SigningCodeError,
)
from app.contracts.services.end_contract import decline_contract, withdraw_contract
from app.contracts.services.open_signing_code import open_signing_code
from app.contracts.services.open_signing_session import Opened, open_signing_session
from app.contracts.services.register_certificate import register_certificate
from app.contracts.services.report_refusal import report_refusal
from app.contracts.services.seal_contract import seal_contract
from app.contracts.services.submit_signature import submit_signature
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.search import search_key
from app.security import actor_of
from app.signer import SignerClient, SignerUnavailableError
from models.accounts import Customer
from models.applications import Application
from models.audit import AuditEntry
from models.certificates import Certificate
from models.contracts import Contract, ContractRevision, SigningSession
from models.enums import CertificateStatus, ContractStatus, PartyStatus, SigningSessionStatus
from tests.factories.contracts import Signatory, make_contract, now, sign


def opened(contract_id: UUID, person: Signatory) -> tuple[str, Opened]:
    customer = person.customer
    code = open_signing_code(contract_id, customer_id=customer.id, actor=actor_of(customer), now=now())
    return code, open_signing_session(code, person.der, now=now())


def tries() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.outcome != "done").order_by(AuditEntry.seq))
    return [(row.event, row.detail["error"]) for row in rows]


def test_the_same_signature_sent_again_gets_the_same_answer(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    value = sender.sign(session.prepared.signed_attributes)
    first = submit_signature(session.session_id, code, value, now=now())
    assert submit_signature(session.session_id, code, value, now=now()) == first
    assert db.session.scalar(select(func.count()).select_from(ContractRevision)) == 2


def test_the_same_code_opens_the_same_session(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    again = open_signing_session(code.lower().replace("-", " "), sender.der, now=now())
    assert again.prepared == session.prepared
    with pytest.raises(SigningCodeError):
        open_signing_session(code, receiver.der, now=now())


def test_of_two_sessions_one_wins(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    pairs = [opened(contract_id, sender), opened(contract_id, sender)]
    code, session = pairs[1]
    submit_signature(session.session_id, code, sender.sign(session.prepared.signed_attributes), now=now())
    code, session = pairs[0]
    with pytest.raises(ContractError):
        submit_signature(session.session_id, code, sender.sign(session.prepared.signed_attributes), now=now())
    assert db.session.scalar(select(func.count()).select_from(ContractRevision)) == 2


def test_two_at_the_same_moment_make_one_revision(app: Flask, sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    pairs = [opened(contract_id, sender), opened(contract_id, sender)]
    values = [sender.sign(session.prepared.signed_attributes) for _code, session in pairs]
    start, outcomes = threading.Barrier(2), []

    def submit(number: int) -> None:
        with app.app_context():
            code, session = pairs[number]
            start.wait()
            try:
                submit_signature(session.session_id, code, values[number], now=now())
                outcomes.append("accepted")
            except ContractError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=submit, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("accepted") == 1, outcomes
    db.session.rollback()
    assert [revision.number for revision in queries.list_revisions(contract_id)] == [1, 2]


def test_a_signature_over_something_else_is_refused_and_noted(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    with pytest.raises(SignatureRefusedError, match="signature-wrong"):
        submit_signature(session.session_id, code, sender.sign(b"a changed PDF"), now=now())
    assert db.session.get_one(SigningSession, session.session_id).status is SigningSessionStatus.REFUSED
    assert tries() == [("contract:sign", "signature-wrong")]
    assert sign(contract_id, sender).number == 2


def test_what_the_program_refuses_is_noted_once_and_ends_the_session(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    with pytest.raises(SigningCodeError):
        report_refusal(session.session_id, "AAAA-AAAA-AAAA", "document-changed")
    with pytest.raises(ContractError, match="refusal-unknown"):
        report_refusal(session.session_id, code, "whatever somebody likes to write into our log")
    for _time in range(2):
        report_refusal(session.session_id, code, "document-changed")
    assert tries() == [("contract:sign", "document-changed")]
    value = sender.sign(session.prepared.signed_attributes)
    with pytest.raises(ContractError, match="signing-session-closed"):
        submit_signature(session.session_id, code, value, now=now())
    assert sign(contract_id, sender).number == 2


def test_what_was_accepted_cannot_be_refused_afterwards(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    submit_signature(session.session_id, code, sender.sign(session.prepared.signed_attributes), now=now())
    with pytest.raises(ContractError, match="signing-session-closed"):
        report_refusal(session.session_id, code, "document-changed")
    assert tries() == []


def test_another_persons_code_is_worth_nothing(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    _code, session = opened(contract_id, sender)
    with pytest.raises(SigningCodeError):
        submit_signature(session.session_id, "AAAA-AAAA-AAAA", b"", now=now())
    customer = sender.customer
    other = open_signing_code(contract_id, customer_id=customer.id, actor=actor_of(customer), now=now())
    with pytest.raises(CertificateRefusedError, match="certificate-not-registered"):
        open_signing_session(other, receiver.der, now=now())
    assert ("contract:sign", "certificate-not-registered") in tries()


def test_a_revoked_certificate_is_refused_before_the_crl_says_so(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    db.session.get_one(Certificate, sender.certificate_id).status = CertificateStatus.REVOKED
    db.session.commit()
    with pytest.raises(CertificateRefusedError, match="certificate-revoked"):
        opened(contract_id, sender)


def test_only_ones_own_companys_certificates_can_be_registered(sender: Signatory, receiver: Signatory) -> None:
    customer = sender.customer
    with pytest.raises(CertificateRefusedError, match="certificate-not-of-company"):
        register_certificate(customer.id, receiver.certificate_id, actor=actor_of(customer), now=now())


def test_a_company_id_cannot_act_whatever_the_screen_lets_through(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    company = db.session.scalars(select(Customer).where(Customer.login_id == "C30000001")).one()
    who, actor = company.id, actor_of(company)
    for act in (
        lambda: open_signing_code(contract_id, customer_id=who, actor=actor, now=now()),
        lambda: withdraw_contract(contract_id, "x", customer_id=who, actor=actor, now=now()),
        lambda: decline_contract(contract_id, "x", customer_id=who, actor=actor, now=now()),
        lambda: register_certificate(who, sender.certificate_id, actor=actor, now=now()),
    ):
        with pytest.raises(CompanyIdCannotActError):
            act()


def test_signing_is_in_turn(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    with pytest.raises(ContractError, match="not-your-turn"):
        opened(contract_id, receiver)


def test_a_withdrawn_contract_takes_no_signature(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    customer = sender.customer
    withdraw_contract(contract_id, "誤送信", customer_id=customer.id, actor=actor_of(customer), now=now())
    with pytest.raises(ContractError):
        submit_signature(session.session_id, code, sender.sign(session.prepared.signed_attributes), now=now())
    with pytest.raises(IllegalTransitionError):
        withdraw_contract(contract_id, "again", customer_id=customer.id, actor=actor_of(customer), now=now())


def test_sealing_waits_for_the_signer_and_is_done_once(
    app: Flask, sender: Signatory, receiver: Signatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract_id = make_contract(sender, receiver, sealed=False)
    with monkeypatch.context() as away:
        away.setitem(app.extensions, "signer", SignerClient(app.extensions["settings"].var_dir / "nobody.sock"))
        with pytest.raises(SignerUnavailableError):
            seal_contract(contract_id, now=now())
    db.session.rollback()
    assert db.session.get_one(Contract, contract_id).status is ContractStatus.SEALING
    assert seal_contract(contract_id, now=now())
    assert not seal_contract(contract_id, now=now())
    contract = db.session.get_one(Contract, contract_id)
    assert [party.status for party in contract.parties] == [PartyStatus.OPEN, PartyStatus.WAITING]


def test_an_unreachable_signer_leaves_the_session_open(
    app: Flask, sender: Signatory, receiver: Signatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract_id = make_contract(sender, receiver)
    code, session = opened(contract_id, sender)
    value = sender.sign(session.prepared.signed_attributes)
    with monkeypatch.context() as away:
        away.setitem(app.extensions, "signer", SignerClient(app.extensions["settings"].var_dir / "nobody.sock"))
        with pytest.raises(SignerUnavailableError):
            submit_signature(session.session_id, code, value, now=now())
    assert tries() == [("contract:sign", "signer-unavailable")]
    assert submit_signature(session.session_id, code, value, now=now()).number == 2


def test_variants_of_a_name_find_the_company(sender: Signatory, receiver: Signatory) -> None:
    contract_id = make_contract(sender, receiver)
    application = db.session.scalars(select(Application).where(Application.company_id == company_of(receiver))).one()
    application.search_key = search_key("株式会社髙﨑建設")
    db.session.commit()
    found = queries.list_contracts(sender.customer, queries.Search(counterparty="高崎"))
    assert [contract.id for contract in found] == [contract_id]
    assert queries.list_contracts(sender.customer, queries.Search(counterparty="存在しない")) == []


def company_of(person: Signatory) -> UUID:
    return person.customer.company_account.company_id
