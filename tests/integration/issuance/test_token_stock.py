"""Deliveries, models, the reserved token of a letter, and the warning when the stock runs out."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from issuance.errors import TokenError
from issuance.jobs.tokens import warn_low_stock
from issuance.queries.token_models import list_stock_levels
from issuance.rules.token_models import ModelDetails
from issuance.services.keep_token_model import keep_token_model
from issuance.services.receive_batch import DeliveryNote, receive_batch
from issuance.services.register_tokens import register_tokens
from issuance.services.report_token import TokenReport, report_token
from issuance.services.reserve_token import reserve_token
from mailings import queries as mail_queries
from mailings.services.prepare_letter import prepare_letter
from models.audit import AuditEntry
from models.enums import TokenEventKind, TokenStatus
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.tokens import Token, TokenBatch, TokenEvent, TokenModel
from tests.factories.desk import approved_case, staff_actor
from tests.factories.pki import Pki
from tests.factories.tokens import book, token_row


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", email="stock@example.jp", name="小川 亮")


@pytest.fixture
def model(clerk: Actor) -> UUID:
    return keep_token_model(ModelDetails("eToken 5110", reorder_level=2), actor=clerk, now=clock.now())


def note(model: UUID, count: int, *serials: str, name: str = "N-1") -> DeliveryNote:
    return DeliveryNote(name, model, "販売 株式会社", clock.today(), count, serials)


def receive(clerk: Actor, model: UUID, scanned: str, count: int, *serials: str, name: str = "N-1") -> UUID:
    return receive_batch(note(model, count, *serials, name=name), scanned, actor=clerk, now=clock.now())


def serials() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Token.serial_number).order_by(Token.sequence)))


def test_a_delivery_comes_in_with_its_book(clerk: Actor, model: UUID) -> None:
    batch = db.session.get_one(TokenBatch, receive(clerk, model, "0A1\r\n0A2\n\n 0A3 \n", 3))

    assert (batch.name, batch.count, batch.supplier, batch.received_by_name) == ("N-1", 3, "販売 株式会社", "小川 亮")
    tokens = db.session.scalars(select(Token).order_by(Token.sequence)).all()
    assert [(each.serial_number, each.model, each.batch_id) for each in tokens] == [
        (serial, "eToken 5110", batch.id) for serial in ("0A1", "0A2", "0A3")
    ]
    lines = book(tokens[0].id)
    assert [(line.kind, line.status, line.actor_name) for line in lines] == [
        (TokenEventKind.RECEIVED, TokenStatus.IN_STOCK, "小川 亮")
    ]


@pytest.mark.parametrize(
    ("scanned", "count", "declared", "code", "said"),
    [
        ("", 1, (), "no-serials", {}),
        ("0A1\n0A2\n0A1\n0A2", 4, (), "serial-twice", {"serials": "0A1, 0A2"}),
        ("0A1\n髙橋\n0A2 0A3", 3, (), "serial-form", {"lines": "2, 3"}),
        ("0A1,9999,more", 1, (), "serial-form", {"lines": "1"}),
        ("0A1,123\n0A2,漢字漢字", 2, (), "so-pin-form", {"serials": "0A1, 0A2"}),
        ("KNOWN-1\n0A1", 2, (), "serial-known", {"serials": "KNOWN-1"}),
        ("0A1\n0A2", 3, (), "batch-differs", {"declared": 3, "scanned": 2, "missing": [], "serials": ["0A1", "0A2"]}),
        ("0A1\n0A9", 2, ("0A1", "0A2"), "batch-differs", {"missing": ["0A2"], "extra": ["0A9"]}),
    ],
)
def test_what_is_not_right_is_refused_by_name_and_nothing_comes_in(
    clerk: Actor, model: UUID, scanned: str, count: int, declared: tuple[str, ...], code: str, said: dict[str, object]
) -> None:
    register_tokens(["KNOWN-1"], model="eToken 5110", batch="", actor=clerk, now=clock.now())

    with pytest.raises(TokenError) as refused:
        receive(clerk, model, scanned, count, *declared)

    assert refused.value.code == code
    assert {name: refused.value.fields.get(name) for name in said} == said
    assert "9999" not in str(refused.value)  # a line that is wrong may hold an SO-PIN
    assert serials() == ["KNOWN-1"]
    assert db.session.scalars(select(TokenBatch)).all() == []


def test_the_same_note_and_a_day_to_come_are_refused(clerk: Actor, model: UUID) -> None:
    receive(clerk, model, "0A1", 1)
    with pytest.raises(TokenError, match="batch-known"):
        receive(clerk, model, "0A2", 1)
    tomorrow = DeliveryNote("N-2", model, "", clock.today() + timedelta(days=1), 1)
    with pytest.raises(TokenError, match="batch-day"):
        receive_batch(tomorrow, "0A2", actor=clerk, now=clock.now())
    assert serials() == ["0A1"]


def test_of_two_deliveries_at_once_with_one_serial_the_second_is_told(app: Flask, clerk: Actor, model: UUID) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def deliver(name: str) -> None:
        with app.app_context():
            start.wait()
            try:
                receive(clerk, model, "0A1", 1, name=name)
                outcomes.append("in")
            except TokenError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=deliver, args=(name,)) for name in ("N-1", "N-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "serial-known"]
    assert serials() == ["0A1"]


def test_the_first_model_is_made_when_it_is_missing_and_no_other(clerk: Actor) -> None:
    register_tokens(["0A1"], model="eToken 5110", batch="", actor=clerk, now=clock.now())
    register_tokens(["0A2"], model="eToken 5110", batch="", actor=clerk, now=clock.now())
    assert [each.name for each in db.session.scalars(select(TokenModel))] == ["eToken 5110"]
    with pytest.raises(TokenError, match="model-unknown"):
        register_tokens(["0A3"], model="Somebody's stick", batch="", actor=clerk, now=clock.now())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "model-name"),
        ({"key_kinds": ()}, "model-key-kinds"),
        ({"key_kinds": ("dsa-1024",)}, "model-key-kinds"),
        ({"pin_shortest": 3}, "model-pin-lengths"),
        ({"pin_shortest": 16}, "model-pin-lengths"),
        ({"pin_tries": 2}, "model-pin-tries"),
        ({"reorder_level": -1}, "model-reorder-level"),
        ({"name": "eToken 5110"}, "model-known"),
    ],
)
def test_a_model_that_cannot_be(clerk: Actor, model: UUID, change: dict[str, object], code: str) -> None:
    details = ModelDetails(**{"name": "Another", **change})  # type: ignore[arg-type]
    with pytest.raises(TokenError, match=code):
        keep_token_model(details, actor=clerk, now=clock.now())


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_the_makers_root_is_taken_as_pem_and_der(clerk: Actor, model: UUID, encoding: Encoding) -> None:
    root = Pki().ca
    details = ModelDetails("eToken 5110", approved=False, reorder_level=7)
    given = root.public_bytes(encoding)
    keep_token_model(details, actor=clerk, now=clock.now(), model_id=model, attestation_root=given)
    keep_token_model(details, actor=clerk, now=clock.now(), model_id=model)  # and stays
    row = db.session.get_one(TokenModel, model, populate_existing=True)
    assert row.attestation_root == root.public_bytes(Encoding.DER)
    assert (row.approved, row.reorder_level) == (False, 7)


@pytest.mark.parametrize("given", [b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_something_else_is_no_root(clerk: Actor, model: UUID, given: bytes) -> None:
    with pytest.raises(TokenError, match="model-root"):
        keep_token_model(
            ModelDetails("eToken 5110"), actor=clerk, now=clock.now(), model_id=model, attestation_root=given
        )


@pytest.fixture
def piece(clerk: Actor) -> UUID:
    applicant = approved_case().applicants[0].id
    db.session.rollback()
    return prepare_letter(applicant, now=clock.now())


@pytest.mark.hsm
def test_the_oldest_token_of_an_approved_model_is_set_aside(
    signer_process: None, clerk: Actor, model: UUID, piece: UUID
) -> None:
    keep_token_model(ModelDetails("Old stick"), actor=clerk, now=clock.now())
    register_tokens(["OLD-1"], model="Old stick", batch="", actor=clerk, now=clock.now())
    receive(clerk, model, "0A2\n0A1", 2)
    old = db.session.scalars(select(TokenModel.id).where(TokenModel.name == "Old stick")).one()
    keep_token_model(ModelDetails("Old stick", approved=False), actor=clerk, now=clock.now(), model_id=old)

    reserve_token(piece, now=clock.now())
    reserve_token(piece, now=clock.now())

    reserved = db.session.scalars(select(Token).where(Token.status == TokenStatus.RESERVED)).all()
    assert [each.serial_number for each in reserved] == ["0A2"]
    lines = book(reserved[0].id)
    assert [(line.kind, line.detail.get("from"), line.status) for line in lines] == [
        (TokenEventKind.RECEIVED, None, TokenStatus.IN_STOCK),
        (TokenEventKind.MOVED, "in_stock", TokenStatus.RESERVED),
    ]


@pytest.mark.hsm
def test_without_an_approved_model_nothing_is_set_aside(
    signer_process: None, clerk: Actor, model: UUID, piece: UUID
) -> None:
    receive(clerk, model, "0A1", 1)
    keep_token_model(ModelDetails("eToken 5110", approved=False), actor=clerk, now=clock.now(), model_id=model)
    with pytest.raises(TokenError, match="no-token-in-stock"):
        reserve_token(piece, now=clock.now())


@pytest.mark.hsm
def test_a_token_found_damaged_before_enclosing_gives_way_to_another(
    signer_process: None, clerk: Actor, model: UUID, piece: UUID
) -> None:
    receive(clerk, model, "0A1\n0A2", 2)
    reserve_token(piece, now=clock.now())
    token = db.session.scalars(select(Token.id).where(Token.serial_number == "0A1")).one()
    report = TokenReport("damaged", "authority", "小川 亮", clock.now(), "maker")
    report_token(token, report, actor=clerk, now=clock.now())
    promised = db.session.scalars(select(Promise).where(Promise.name == "issuance.jobs.reserve_token")).all()
    assert promised[-1].subject_id == piece
    assert not db.session.scalars(select(Promise).where(Promise.name.endswith("revoke_of_token"))).all()

    reserve_token(piece, now=clock.now())

    letter = db.session.get_one(MailPiece, piece)
    assert mail_queries.tokens_of([letter])[piece].serial_number == "0A2"
    assert token_row(token).status is TokenStatus.DAMAGED


def test_the_warning_comes_once_for_each_crossing(clerk: Actor, model: UUID) -> None:
    receive(clerk, model, "0A1\n0A2\n0A3", 3)

    def told() -> int:
        warn_low_stock()
        db.session.rollback()
        return len(db.session.scalars(select(Promise).where(Promise.name == "mailings.jobs.email_low_stock")).all())

    assert told() == 0
    lose("0A1", clerk)
    assert [told(), told()] == [1, 1]
    assert [(level.free, level.is_low) for level in list_stock_levels()] == [(2, True)]
    receive(clerk, model, "0B1", 1, name="N-2")
    assert told() == 1
    lose("0B1", clerk)
    assert told() == 2
    events = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.startswith("token_model:"))).all()
    assert events.count("token_model:low") == 2 and events.count("token_model:enough") == 1


def lose(serial: str, clerk: Actor) -> None:
    token = db.session.scalars(select(Token.id).where(Token.serial_number == serial)).one()
    db.session.rollback()
    report = TokenReport("lost", "authority", "小川 亮", clock.now(), "authority")
    report_token(token, report, actor=clerk, now=clock.now())


def test_a_book_is_written_once(clerk: Actor, model: UUID) -> None:
    receive(clerk, model, "0A1", 1)
    db.session.rollback()
    for statement in ("UPDATE token_event SET actor_name = 'x'", "DELETE FROM token_event"):
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.query(TokenEvent).count() == 1
