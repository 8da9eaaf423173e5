"""Letters to a company about its IDs and its invoices. Values in, a letter out; no password and no link to set one."""

from dataclasses import dataclass
from datetime import date

from app.core.wareki import format_wareki
from mailings.letters.approval_notice import Sender
from mailings.letters.deficiency_notice import long_day
from mailings.letters.layout import DESK_HOURS, Addressee, Document
from mailings.letters.texts import BUILT_IN, Texts, fill
from models.enums import LetterKind


@dataclass(frozen=True, slots=True)
class IdNotice:
    """A company ID with its user IDs: number and name of each."""

    piece: str  # L-2026-000001; empty in a preview
    day: date
    addressee: Addressee
    company: str
    login_id: str
    user_ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InvoiceCover:
    """An invoice that goes by post. Amounts in yen."""

    piece: str
    day: date
    addressee: Addressee
    company: str
    login_id: str
    number: str  # INV-2026-00001
    issued_on: date
    period: tuple[date, date]
    total: int
    due_on: date


def compose_id_notice(notice: IdNotice, sender: Sender, texts: Texts = BUILT_IN[LetterKind.ID_NOTICE]) -> Document:
    """The letter that tells the IDs."""
    users = "\n".join(f"{login_id}　{name} 様" for login_id, name in notice.user_ids)
    return Document(
        title="企業ID・ユーザIDのお知らせ",
        number=notice.piece,
        day=notice.day,
        addressee=notice.addressee,
        opening=texts["opening"],
        facts=(("企業ID", notice.login_id), ("会社名", notice.company), ("ユーザIDの数", f"{len(notice.user_ids)}件")),
        strong="企業ID",
        sections=(
            *((("ユーザID", users),) if users else ()),
            ("IDの使い分け", texts["roles"]),
            ("パスワードについて", fill(texts["password"], site=sender.site)),
            ("お心当たりがない場合", fill(texts["unknown"], phone=sender.phone, desk_hours=DESK_HOURS)),
        ),
    )


def compose_invoice_cover(
    cover: InvoiceCover, sender: Sender, texts: Texts = BUILT_IN[LetterKind.INVOICE_COVER]
) -> Document:
    """The letter that lies on the invoice."""
    first, last = cover.period
    return Document(
        title="請求書送付のご案内",
        number=cover.piece,
        day=cover.day,
        addressee=cover.addressee,
        opening=texts["opening"],
        facts=(
            ("請求書番号", cover.number),
            ("会社名", cover.company),
            ("企業ID", cover.login_id),
            ("対象期間", f"{format_wareki(first)}〜{format_wareki(last)}"),
            ("ご請求金額", f"{cover.total:,}円（消費税を含みます）"),
            ("お支払期限", long_day(cover.due_on)),
        ),
        strong="お支払期限",
        sections=(
            ("同封しているもの", f"・請求書（{cover.number}、{format_wareki(cover.issued_on)}発行）　1通"),
            ("お支払いについて", texts["payment"]),
            ("お問い合わせ", fill(texts["questions"], phone=sender.phone, desk_hours=DESK_HOURS)),
        ),
    )
