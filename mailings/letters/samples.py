"""Every letter with invented data, to look at a wording before it is in force. No PIN: its place says 見本."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.documents.chain import DoesNotFitError
from mailings.letters import (
    account_letters,
    approval_notice,
    certificate_notices,
    closing_notices,
    deficiency_notice,
    layout,
    resend_notice,
)
from mailings.letters.approval_notice import ApprovalNotice, Sender
from mailings.letters.pages import merged
from mailings.letters.texts import Texts
from mailings.rules.resending import ResendReason
from models.enums import LetterKind, PaperKind, RefusalReason, Remedy

MARKER = "見本"
DAY, LATER = date(2026, 11, 26), date(2026, 12, 24)
MOMENT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
MOST_PAGES = 2
CASE, PERSON = "A-0000-000000", "A-0000-000000-1"


@dataclass(frozen=True, slots=True)
class Who:
    """To whom the samples go."""

    company: str = "株式会社見本商事"
    department: str = "見本部"
    name: str = "見本　太郎"
    name_kana: str = "ミホン　タロウ"
    postal_code: str = "000-0000"
    address: str = "見本県見本市見本町一丁目2番3号"
    building: str = "見本ビルディング4階"

    def at(self, department: str) -> layout.Addressee:
        """The address: of the person at work, or at home without a department."""
        return layout.Addressee(self.company, department, self.name, self.postal_code, self.address, self.building)


NOBODY = Who()


def render_sample(kind: LetterKind, texts: Texts, sender: Sender, who: Who = NOBODY) -> bytes:
    """The letter with invented data as a PDF; the same bytes each time.

    Raises:
        MissingGlyphError: a character that no font has.
        DoesNotFitError: a text has more lines than its place, or the letter more than two pages.
    """
    if kind is LetterKind.APPROVAL_NOTICE:
        return approval_notice.render([_approval_notice(who)], sender, texts)
    if kind is LetterKind.RESEND_NOTICE:  # one that is charged, one that is free: together they show every text
        both = (_resend_notice(who, ResendReason.LOST_BY_HOLDER), _resend_notice(who, ResendReason.RETENTION))
        return merged([_drawn(resend_notice.compose(each, sender, texts), texts, sender) for each in both])
    return _drawn(_document(kind, texts, sender, who), texts, sender)


def _drawn(document: layout.Document, texts: Texts, sender: Sender) -> bytes:
    if layout.count_pages(document, sender) > MOST_PAGES:
        raise DoesNotFitError(max(texts.values(), key=len))
    return layout.render(document, sender)


def _approval_notice(who: Who) -> ApprovalNotice:
    return ApprovalNotice(
        number="L-0000-000000",
        day=DAY,
        postal_code=who.postal_code,
        address=who.address,
        building=who.building,
        company=who.company,
        name=who.name,
        name_kana=who.name_kana,
        application_number=PERSON,
        pin=MARKER,
    )


def _document(kind: LetterKind, texts: Texts, sender: Sender, who: Who) -> layout.Document:
    if kind is LetterKind.DEFICIENCY_NOTICE:
        return deficiency_notice.compose(_deficiency_notice(who), sender, texts)
    if kind is LetterKind.RENEWAL_NOTICE:
        renewal = certificate_notices.RenewalNotice(_subject(who), DAY, LATER)
        return certificate_notices.compose_renewal(renewal, sender, texts)
    if kind is LetterKind.REVOCATION_NOTICE:
        revocation = certificate_notices.RevocationNotice(_subject(who), MOMENT, MOMENT, "keyCompromise")
        return certificate_notices.compose_revocation(revocation, sender, texts)
    if kind is LetterKind.ID_NOTICE:
        return account_letters.compose_id_notice(_id_notice(who), sender, texts)
    if kind is LetterKind.INVOICE_COVER:
        return account_letters.compose_invoice_cover(_invoice_cover(who), sender, texts)
    return closing_notices.compose(_closing_notice(kind, who), sender, texts)


def _resend_notice(who: Who, reason: ResendReason) -> resend_notice.ResendNotice:
    return resend_notice.ResendNotice("L-0000-000002", LATER, who.at(""), PERSON, reason, "L-0000-000001", DAY)


def _id_notice(who: Who) -> account_letters.IdNotice:
    ids = (("U00000001", who.name), ("U00000002", "見本　花子"))
    return account_letters.IdNotice("", DAY, who.at(who.department), who.company, "C00000000", ids)


def _invoice_cover(who: Who) -> account_letters.InvoiceCover:
    period = (date(2026, 11, 1), DAY)
    return account_letters.InvoiceCover(
        "", DAY, who.at(who.department), who.company, "C00000000", "INV-0000-00000", DAY, period, 33_000, LATER
    )


def _subject(who: Who) -> certificate_notices.Subject:
    return certificate_notices.Subject("", DAY, who.at(""), PERSON, "0" * 32, LATER)


def _deficiency_notice(who: Who) -> deficiency_notice.DeficiencyNotice:
    items = (
        deficiency_notice.Item(PaperKind.FORM_5, who.name, "missing", "", "", Remedy.SEND, goes_back=False),
        deficiency_notice.Item(PaperKind.FORM_3, "", "missing", "", MARKER, Remedy.EXPLAIN, goes_back=False),
    )
    return deficiency_notice.DeficiencyNotice(
        number="D-0000-000000",
        piece="",
        day=DAY,
        due_on=LATER,
        case=CASE,
        company=who.company,
        received_on=DAY,
        addressee=who.at(who.department),
        items=items,
        remark=MARKER,
        enclosures=(f"様式5（{who.name}様）",),
    )


def _closing_notice(kind: LetterKind, who: Who) -> closing_notices.ClosingNotice:
    return closing_notices.ClosingNotice(
        kind=kind,
        piece="",
        day=DAY,
        case=CASE,
        company=who.company,
        received_on=DAY,
        addressee=who.at(who.department),
        has_certificates=True,
        reason_code=RefusalReason.SEAL,
        reason=MARKER,
        keep_until=LATER,
        notice="D-0000-000000",
        notice_day=DAY,
        due_on=LATER,
    )
