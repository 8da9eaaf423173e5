"""Labels for sheets of paper: 24 on an A4 sheet of stickers (3 × 8, 66.0 × 33.9 mm). No name stands on them.

A sheet with a label may lie open on a desk; whoever needs to know whose it is scans the label at the sheet desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from app.core.wareki import format_wareki
from app.documents.barcodes import code_128
from app.documents.canvas import open_canvas
from app.documents.page import GREY, Page
from models.enums import PaperKind

COLUMNS, ROWS = 3, 8
WIDTH, HEIGHT = 66.0, 33.9
LEFT, TOP = 6.0, 12.9
PAD = 4.0
BAR_WIDTH, BAR_HEIGHT = 50.0, 9.5  # 13 signs of Code 128 take 178 modules: 0.28 mm each
ON_A_SHEET = COLUMNS * ROWS

KINDS = {
    PaperKind.FORM_1: "様式1 法人利用契約書・変更申請書",
    PaperKind.FORM_2: "様式2 届出印申請書",
    PaperKind.FORM_3: "様式3 電子証明書発行申請者リスト",
    PaperKind.FORM_4: "様式4 担当者申請書",
    PaperKind.FORM_5: "様式5 電子証明書発行申請書",
    PaperKind.FORM_6: "様式6 ユーザID申請書",
    PaperKind.REGISTRY_CERTIFICATE: "登記事項証明書",
    PaperKind.COMPANY_SEAL_CERTIFICATE: "法人代表者印の印鑑証明書",
    PaperKind.RESIDENCE_CERTIFICATE: "住民票",
    PaperKind.PERSONAL_SEAL_CERTIFICATE: "印鑑登録証明書",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label."""

    number: str  # S-2026-000001
    kind: PaperKind
    case_number: str
    more_cases: int  # how many other cases the sheet serves
    received_on: date


def render(labels: Sequence[Label], *, skip: int = 0) -> bytes:
    """The labels as a PDF.

    Args:
        labels: in the order of printing, row by row.
        skip: how many stickers of the first sheet are used up already (0 to 23).
    """
    target = BytesIO()
    canvas = open_canvas(target, title="書類ラベル", author="")
    page = Page(canvas)
    for index, label in enumerate(labels, start=skip % ON_A_SHEET):
        place = index % ON_A_SHEET
        if place == 0 and index:
            canvas.showPage()
        row, column = divmod(place, COLUMNS)
        _draw(page, LEFT + column * WIDTH, TOP + row * HEIGHT, label)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(page: Page, left: float, top: float, label: Label) -> None:
    room = WIDTH - 2 * PAD
    x, right = left + PAD, left + WIDTH - PAD
    page.fit(x, top + 7.0, KINDS[label.kind], size=9.5, width=room, font="bold")
    more = f" ほか{label.more_cases}件" if label.more_cases else ""
    page.fit(x, top + 11.2, f"{label.case_number}{more}", size=8, width=34, font="fixed")
    page.fit(x + 34, top + 11.2, f"受付 {format_wareki(label.received_on)}", size=7, width=room - 34, font="gothic",
             color=GREY, align="right")  # fmt: skip
    code_128(page, left + (WIDTH - BAR_WIDTH) / 2, top + 13.2, label.number, width=BAR_WIDTH, height=BAR_HEIGHT)
    page.text((x + right) / 2, top + 27.6, label.number, size=12, font="fixed", align="centre")
