"""再送のご案内: lies in the envelope beside an approval notice that is sent again. Values in, a letter out; no secret."""

from dataclasses import dataclass
from datetime import date

from app.core.wareki import format_wareki
from mailings.letters.approval_notice import Sender
from mailings.letters.layout import DESK_HOURS, Addressee, Document
from mailings.letters.texts import BUILT_IN, Texts, fill
from mailings.rules.resending import ResendReason, is_charged
from models.enums import LetterKind

MARK = "R1"
WHY = {
    ResendReason.RETENTION: "郵便局での保管期間が過ぎ、当社に戻りましたため",
    ResendReason.ADDRESS: "あて所にお届けできず当社に戻り、ご住所を確認いたしましたため",
    ResendReason.REFUSED: "お受け取りにならずに当社に戻り、その後お申し出をいただきましたため",
    ResendReason.LOST_IN_POST: "お届けの途中で所在が分からなくなりましたため",
    ResendReason.LOST_BY_HOLDER: "お受け取りになった後に紛失されたとのお申し出によるため",
    ResendReason.OURS: "当社の手違いによるため",
}


@dataclass(frozen=True, slots=True)
class ResendNotice:
    """A letter that is sent again, and the one that it stands for."""

    number: str  # L-2026-000012: of the new letter
    day: date
    addressee: Addressee
    application_number: str
    reason: ResendReason
    old_number: str
    old_posted_on: date | None  # None: it never left the house


def compose(notice: ResendNotice, sender: Sender, texts: Texts = BUILT_IN[LetterKind.RESEND_NOTICE]) -> Document:
    """The notice."""
    old = notice.old_number
    if notice.old_posted_on is not None:
        old += f"（{format_wareki(notice.old_posted_on)}差出し）"
    return Document(
        title="承認通知書とeTokenの再送について（ご案内）",
        number=notice.number,
        mark=MARK,
        day=notice.day,
        addressee=notice.addressee,
        opening=texts["opening"],
        facts=(
            ("申請番号", notice.application_number),
            ("お名前", notice.addressee.name),
            ("先の通知書", old),
            ("同封の通知書", notice.number),
            ("再送の理由", WHY[notice.reason]),
        ),
        strong="同封の通知書",
        sections=(
            ("申請PINについて", fill(texts["pin"], old=notice.old_number, new=notice.number)),
            ("再送の費用について", texts["charged" if is_charged(notice.reason) else "free"]),
            ("同封しているもの", f"・承認通知書（{notice.number}）　1通\n・イートークン（eToken）　1個"),
            ("お問い合わせ", fill(texts["questions"], phone=sender.phone, desk_hours=DESK_HOURS)),
        ),
    )
