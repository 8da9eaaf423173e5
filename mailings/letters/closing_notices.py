"""The three letters that end a case without a certificate: refused, withdrawn, lapsed. Values in, a letter out."""

from dataclasses import dataclass
from datetime import date

from app.core.wareki import format_wareki
from mailings.letters.approval_notice import Sender
from mailings.letters.deficiency_notice import enclosure_lines
from mailings.letters.layout import DESK_HOURS, Addressee, Document
from mailings.letters.texts import BUILT_IN, Texts, fill
from mailings.letters.wording import REFUSALS
from models.enums import LetterKind, RefusalReason

TITLES = {
    LetterKind.REFUSAL_NOTICE: "審査結果のお知らせ",
    LetterKind.WITHDRAWAL_NOTICE: "申請の取下げについて（確認）",
    LetterKind.LAPSE_NOTICE: "申請の終了について（お知らせ）",
}


@dataclass(frozen=True, slots=True)
class ClosingNotice:
    """The end of a case as it is told to the company."""

    kind: LetterKind
    piece: str  # L-2026-000001; empty in a preview
    day: date
    case: str
    company: str
    received_on: date
    addressee: Addressee
    has_certificates: bool
    reason_code: RefusalReason | None = None
    reason: str = ""
    keep_until: date | None = None
    notice: str = ""  # the deficiency notice that was not answered
    notice_day: date | None = None
    due_on: date | None = None
    enclosures: tuple[str, ...] = ()


def compose(notice: ClosingNotice, sender: Sender, texts: Texts | None = None) -> Document:
    """The letter, in the built-in wording unless another is given."""
    texts = texts or BUILT_IN[notice.kind]
    return Document(
        title=TITLES[notice.kind],
        number=notice.piece,
        day=notice.day,
        addressee=notice.addressee,
        opening=_opening(notice, texts["opening"]),
        facts=(
            ("申請番号", notice.case),
            ("会社名", notice.company),
            ("受付日", format_wareki(notice.received_on)),
            (_day_title(notice.kind), format_wareki(notice.day)),
        ),
        sections=tuple(_sections(notice, sender, texts)),
    )


def _day_title(kind: LetterKind) -> str:
    return {LetterKind.REFUSAL_NOTICE: "却下の日", LetterKind.WITHDRAWAL_NOTICE: "取下げの日"}.get(kind, "終了の日")


def _opening(notice: ClosingNotice, text: str) -> str:
    if notice.kind is not LetterKind.LAPSE_NOTICE:
        return text
    assert notice.notice_day is not None
    assert notice.due_on is not None
    return fill(
        text,
        notice_day=format_wareki(notice.notice_day),
        notice=notice.notice,
        due_on=format_wareki(notice.due_on),
    )


def _sections(notice: ClosingNotice, sender: Sender, texts: Texts) -> list[tuple[str, str]]:
    found = []
    if notice.kind is LetterKind.REFUSAL_NOTICE:
        known = REFUSALS[notice.reason_code] if notice.reason_code else ""
        found.append(("理由", "\n".join(filter(None, (known, notice.reason)))))
    found.append(("ご提出いただいた書類について", _papers(notice)))
    if notice.enclosures:
        found.append(("同封してお返しする書類", enclosure_lines(notice.enclosures)))
    if notice.kind is not LetterKind.WITHDRAWAL_NOTICE:
        found.append(("あらためてお申し込みいただく場合", texts["again"]))
    found.append(("お問い合わせ", fill(texts["questions"], phone=sender.phone, desk_hours=DESK_HOURS)))
    return found


def _papers(notice: ClosingNotice) -> str:
    if notice.kind is LetterKind.REFUSAL_NOTICE:
        assert notice.keep_until is not None
        rule = (
            "電子署名及び認証業務に関する法律施行規則第12条第2項の定め"
            if notice.has_certificates
            else "当社の文書保存の定め"
        )
        return (
            f"申請書および証明書類は、{rule}により、却下の日から10年間（{format_wareki(notice.keep_until)}まで）当社で厳重に保管し、"
            "その後、復元できない方法で廃棄いたします。お返しすることはできませんので、ご了承ください。"
        )
    if notice.enclosures:
        return "お預かりしている書類は、本状に同封してお返しいたします。お手元で内容をご確認ください。"
    return "お預かりしている書類は、当社で厳重に保管し、必要な期間が過ぎた後、復元できない方法で廃棄いたします。"
