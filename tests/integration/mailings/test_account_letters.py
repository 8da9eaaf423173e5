"""A company's IDs on paper and an invoice by post: asked for, printed, enclosed, posted, and sent again."""

import re
import subprocess
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app import storage
from app.billing.documents.values import Issuer
from app.billing.rules.tax import Rounding
from app.billing.services.charge_account import charge_account
from app.billing.services.issue_invoice import Period, issue_invoice
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings import jobs, queries
from mailings.errors import LetterKindError
from mailings.labels import labels_of
from mailings.services.correct_item_number import correct_item_number
from mailings.services.enclose_papers import enclose_papers
from mailings.services.post_letter import post_letter
from mailings.services.prepare_account_letter import prepare_id_notice, prepare_invoice_letter
from mailings.services.prepare_case_letter import prepare_again
from mailings.services.print_case_letters import print_case_letters
from mailings.services.record_outcome import record_return
from models import CompanyAccount, ContactPerson, Customer, Invoice, MailPiece
from models.enums import AccountStatus, ContactRole, LetterKind, MailPieceStatus, Posting
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.factories.mail import item_number, piece_row
from tests.integration.billing.conftest import Opened, open_account, opened, prices  # noqa: F401  fixtures

pytestmark = pytest.mark.hsm
ISSUER = Issuer("株式会社サンプル認証", "T7000012050002", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", ("銀行",))


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Letters are stored encrypted."""


@pytest.fixture
def clerk(app: object) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture
def invoice(opened: Opened, prices: dict[str, int], clerk: Actor) -> UUID:  # noqa: F811  the fixture
    charge_account(opened.company_id)
    charge_account(opened.second_user_id)
    return issue_invoice(
        opened.account_id,
        Period(date(2026, 11, 1), date(2026, 11, 30)),
        expected_net=33_333,
        issuer=ISSUER,
        rounding=Rounding.FLOOR,
        actor=clerk,
        now=clock.now(),
    )


def contact(opened: Opened, **more: str) -> None:  # noqa: F811  the fixture
    company_id = db.session.get_one(CompanyAccount, opened.account_id).company_id
    values = {"name": "葛󠄀城 葵", "department": "総務部", "email": "soumu@x.example", **more}
    db.session.add(ContactPerson(company_id=company_id, role=ContactRole.CONTACT, **values))
    db.session.commit()


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def printed(piece: UUID, clerk: Actor) -> str:
    pdf = print_case_letters([piece], actor=clerk, now=clock.now())
    assert pdf is not None
    row = piece_row(piece)
    assert row.status is MailPieceStatus.PRINTED
    assert text_of(storage.get(row.document_sha256 or "")) == text_of(pdf)
    db.session.rollback()
    return text_of(pdf)


def test_the_ids_go_to_the_contact_person_without_any_password(opened: Opened, clerk: Actor) -> None:  # noqa: F811  the fixture
    contact(opened)
    piece = prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    assert prepare_id_notice(opened.account_id, actor=clerk, now=clock.now()) == piece  # one waits already
    row = piece_row(piece)
    assert (row.kind, row.posting, row.blocked_reason) == (LetterKind.ID_NOTICE, Posting.RECORDED, None)
    to = queries.addressees_of([row])[piece]
    assert (to.name, to.company, to.address) == ("葛󠄀城 葵", "株式会社髙﨑建設", "茨城県日立市宮田町六丁目７番１４号")
    assert labels_of([row])[piece][0].addressee.department == "総務部"
    db.session.rollback()
    text = plain(printed(piece, clerk))
    for meant in ("C10000010", "U10000011", "U10000012", "総務部", "葛󠄀城葵様", "/request-link", row.number):
        assert meant in text, meant
    assert "set-password" not in text
    enclose_papers(f"L1:{row.number}", "", actor=clerk, now=clock.now())
    post_letter(piece, item_number=item_number(3), posted_on=clock.today(), actor=clerk, now=clock.now())
    assert piece_row(piece).item_number == item_number(3)
    again = prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    assert again != piece  # what went out may be asked for again


def test_what_came_back_goes_into_another_envelope_to_the_new_address(opened: Opened, clerk: Actor) -> None:  # noqa: F811  the fixture
    contact(opened)
    piece = prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    number = piece_row(piece).number
    db.session.rollback()
    with pytest.raises(IllegalTransitionError):
        prepare_again(piece, actor=clerk, now=clock.now())
    printed(piece, clerk)
    enclose_papers(number, "", actor=clerk, now=clock.now())
    post_letter(piece, item_number=item_number(3), posted_on=clock.today(), actor=clerk, now=clock.now())
    record_return(piece, reason="unknown", actor=clerk, now=clock.now())
    db.session.execute(update(ContactPerson).values(postal_code="105-0004", address="東京都港区新橋2-6-2"))
    db.session.commit()
    new = prepare_again(piece, actor=clerk, now=clock.now())
    row = piece_row(new)
    assert row.replaces_id == piece
    db.session.rollback()
    assert "東京都港区新橋2-6-2" in plain(printed(new, clerk)).split("株式会社髙﨑建設")[0]
    with pytest.raises(IllegalTransitionError):
        prepare_again(piece, actor=clerk, now=clock.now())


def test_no_letter_to_who_cancelled_or_lives_nowhere(opened: Opened, clerk: Actor) -> None:  # noqa: F811  the fixture
    account = db.session.get_one(CompanyAccount, opened.account_id)
    account.company.address = ""
    db.session.commit()
    with pytest.raises(DomainError, match="letter-no-address"):
        prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    db.session.get_one(CompanyAccount, opened.account_id).status = AccountStatus.CANCELLED
    db.session.commit()
    with pytest.raises(DomainError, match="account-closed"):
        prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    assert db.session.scalar(select(MailPiece.id)) is None


def test_a_contact_that_no_font_can_write_blocks_the_letter_by_name(opened: Opened, clerk: Actor) -> None:  # noqa: F811  the fixture
    contact(opened, name="渡\u9089\U000e01ef 一")
    piece = prepare_id_notice(opened.account_id, actor=clerk, now=clock.now())
    assert "U+9089 U+E01EF" in (piece_row(piece).blocked_reason or "")
    db.session.rollback()
    with pytest.raises(DomainError, match="piece-blocked"):
        print_case_letters([piece], actor=clerk, now=clock.now())


def test_an_invoice_goes_by_post_behind_its_cover(invoice: UUID, clerk: Actor) -> None:
    piece = prepare_invoice_letter(invoice, actor=clerk, now=clock.now())
    row = piece_row(piece)
    assert (row.kind, row.posting) == (LetterKind.INVOICE_COVER, Posting.ORDINARY)
    db.session.rollback()
    document = db.session.get_one(Invoice, invoice)
    number, bill = document.number, text_of(storage.get(document.pdf_sha256))
    db.session.rollback()
    cover, behind = printed(piece, clerk).split("\f", 1)
    for meant in (number, "36,666円（消費税を含みます）", "経理部", "葛󠄀城　葵　様", "令和8年11月1日〜令和8年11月30日"):
        assert plain(meant) in plain(cover), meant
    assert plain(behind) == plain(bill)
    enclose_papers(row.number, "", actor=clerk, now=clock.now())
    assert post_letter(piece, item_number=None, posted_on=clock.today(), actor=clerk, now=clock.now()) is None
    assert piece_row(piece).status is MailPieceStatus.POSTED
    db.session.rollback()
    with pytest.raises(LetterKindError):  # ordinary mail has no number to correct
        correct_item_number(
            piece, item_number=item_number(4), witness="森 由美", reason="x", keep_days=10, actor=clerk, now=clock.now()
        )


def test_an_invoice_that_has_no_email_address_goes_by_post_by_itself(
    opened: Opened,  # noqa: F811  the fixture
    prices: dict[str, int],  # noqa: F811  the fixture
    clerk: Actor,
) -> None:
    db.session.execute(update(ContactPerson).values(email=""))
    db.session.execute(update(Customer).values(email=""))
    db.session.commit()
    charge_account(opened.company_id)
    issued = issue_invoice(
        opened.account_id,
        Period(date(2026, 11, 1), date(2026, 11, 30)),
        expected_net=30_000,
        issuer=ISSUER,
        rounding=Rounding.FLOOR,
        actor=clerk,
        now=clock.now(),
    )
    jobs.email_invoice(str(issued))
    db.session.rollback()
    assert "mailings.jobs.prepare_invoice_letter" in set(db.session.scalars(select(Promise.name)))
    db.session.rollback()
    jobs.prepare_invoice_letter(str(issued))
    jobs.prepare_invoice_letter(str(issued))
    db.session.rollback()
    assert [row.invoice_id for row in db.session.scalars(select(MailPiece))] == [issued]
