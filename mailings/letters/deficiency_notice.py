"""不備のお知らせ: what is missing or wrong, what to do, by when, where to. Values in, a letter out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.wareki import format_wareki
from mailings.letters.approval_notice import Sender
from mailings.letters.layout import DESK_HOURS, Addressee, Document, Row
from mailings.letters.texts import BUILT_IN, Texts, fill
from mailings.letters.wording import PAPERS, what_is_wrong, what_to_do
from models.enums import LetterKind, PaperKind, Remedy

TITLE = "申請書類の不足・不備について（お願い）"
WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is missing or wrong."""

    kind: PaperKind
    person: str
    code: str
    detail: str
    words: str
    remedy: Remedy
    goes_back: bool

    def row(self) -> Row:
        """As a line of the letter's table. The detail of a date's fault is the date of issue."""
        day = format_wareki(date.fromisoformat(self.detail)) if self.code in {"stale", "from-the-future"} else ""
        wrong = what_is_wrong(self.code, self.detail, day=day)
        return Row(
            PAPERS[self.kind],
            self.person,
            "\n".join(filter(None, (wrong, self.words))),
            what_to_do(self.kind, self.code, self.detail, self.remedy, goes_back=self.goes_back),
        )


@dataclass(frozen=True, slots=True)
class DeficiencyNotice:
    """One notice as it is sent."""

    number: str  # D-2026-000001
    piece: str  # L-2026-000001; empty in a preview
    day: date
    due_on: date
    case: str
    company: str
    received_on: date
    addressee: Addressee
    items: tuple[Item, ...]
    remark: str
    enclosures: tuple[str, ...]


def compose(
    notice: DeficiencyNotice, sender: Sender, texts: Texts = BUILT_IN[LetterKind.DEFICIENCY_NOTICE]
) -> Document:
    """The letter."""
    return Document(
        title=TITLE,
        number=notice.piece,
        day=notice.day,
        addressee=notice.addressee,
        opening=texts["opening"],
        facts=(
            ("申請番号", notice.case),
            ("不備通知番号", notice.number),
            ("会社名", notice.company),
            ("受付日", format_wareki(notice.received_on)),
            ("期限", f"{long_day(notice.due_on)}　当社必着"),
        ),
        strong="期限",
        rows=tuple(item.row() for item in notice.items),
        sections=tuple(_sections(notice, sender, texts)),
    )


def _sections(notice: DeficiencyNotice, sender: Sender, texts: Texts) -> Sequence[tuple[str, str]]:
    found = []
    if notice.remark:
        found.append(("担当者からのご連絡", notice.remark))
    if any(item.remedy is not Remedy.EXPLAIN for item in notice.items):
        text = fill(texts["send"], address=sender.address, sender=sender.name, case=notice.case)
        found.append(("お送りいただく方法", text))
    if any(item.remedy is Remedy.EXPLAIN for item in notice.items):
        found.append(("お知らせいただく方法", fill(texts["explain"], phone=sender.phone, desk_hours=DESK_HOURS)))
    if notice.enclosures:
        found.append(("同封してお返しする書類", enclosure_lines(notice.enclosures)))
    found.append(("期限までに届かないとき", texts["late"]))
    return found


def long_day(day: date) -> str:
    """A day as it stands in a letter: 令和8年12月24日（木）."""
    return f"{format_wareki(day)}（{WEEKDAYS[day.weekday()]}）"


def enclosure_lines(enclosures: Sequence[str]) -> str:
    """Papers that go back, each on a line."""
    return "\n".join(f"・{each}" for each in enclosures) + f"\n以上{len(enclosures)}点"


def items_as_text(items: Sequence[Item]) -> str:
    """The table as lines of an e-mail."""
    lines = []
    for number, item in enumerate(items, start=1):
        row = item.row()
        person = f"（{row.person}様）" if row.person else ""
        lines.append(f"{number}. {row.paper.replace('　', ' ')}{person}")
        lines += [f"   {part}" for part in row.wrong.split("\n") if part]
        lines.append(f"   → {row.ask}")
    return "\n".join(lines)
