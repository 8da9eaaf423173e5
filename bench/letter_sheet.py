"""What every engine draws on the benchmark's letters: the same values, texts, pattern and QR code as ours."""

import re
from collections.abc import Sequence
from datetime import date
from importlib.resources import files

from app.documents.page import qr_rows
from mailings.letters.approval_notice import ApprovalNotice, Sender, camouflage
from mailings.letters.texts import BUILT_IN
from models.enums import LetterKind

SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
PATTERN = camouflage()
SAME = {
    **BUILT_IN[LetterKind.APPROVAL_NOTICE],
    "sender": SENDER.name,
    "sender_address": SENDER.address,
    "phone": SENDER.phone,
    "site": SENDER.site,
    "hint": "ハイフンは入力してもしなくても構いません。5回続けて誤ると無効になります。",
    "help": f"お問い合わせ　電子契約サービス ヘルプデスク　{SENDER.phone}　"
    "受付 9:00〜12:00、13:00〜18:00（土日祝・年末年始を除く）",
}


def notices(count: int) -> list[ApprovalNotice]:
    """Letters to different holders."""
    return [
        ApprovalNotice(
            number=f"L-2026-{number:06d}",
            day=date(2026, 11, 24),
            postal_code="317-0055",
            address=f"茨城県日立市宮田町六丁目{number % 90 + 1}番14号",
            building="",
            company="株式会社髙﨑建設",
            name=("𠮷田 太郎", "髙橋 花子", "\ufa19谷 一郎")[number % 3],
            name_kana="ヨシダ タロウ",
            application_number=f"A-2026-{number:06d}-1",
            pin="7KQ4-M2XD-9TRH-W5ZB",
        )
        for number in range(count)
    ]


def values(letters: Sequence[ApprovalNotice]) -> list[dict[str, str]]:
    """What differs from letter to letter, as texts."""
    return [
        {
            "postal": each.postal_code,
            "address": each.address,
            "company": each.company,
            "name": each.name,
            "kana": each.name_kana,
            "number": each.number,
            "application": each.application_number,
            "pin": each.pin,
        }
        for each in letters
    ]


def qr_svg(number: str) -> str:
    """The QR code as a drawing, a rectangle for each dark stretch of a row, as ours."""
    rows = qr_rows(f"L1:{number}")
    path = "".join(
        f"M{run.start()} {y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}"><path d="{path}"/></svg>'


def template(name: str) -> str:
    """The sheet of one engine."""
    return (files("bench") / "sheets" / name).read_text("utf-8")
