"""Drawing the parts of an invoice. All measures in millimetres from the top left corner of the sheet."""

from datetime import date

from app.billing.documents.values import InvoiceDocument
from app.billing.rules.charges import InvoiceLine
from app.documents.page import GREY, LIGHT, NAVY, WHITE, Align, Page

LEFT, WIDTH = 18.0, 174.0
RIGHT = LEFT + WIDTH
TABLE_TOP, CONTINUED_TOP = 94.0, 32.0
HEAD_HEIGHT, ROW_HEIGHT = 7.2, 7.4
FIRST_ROWS, CONTINUED_ROWS = 12, 22
RULE, STRIPE = "#c9d1dd", "#f7f9fc"
# heading, width, alignment
COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("取引日", 18.0, "centre"),
    ("品名・内容", 75.0, "left"),
    ("数量", 14.0, "right"),
    ("単価（税抜）", 24.0, "right"),
    ("税率", 14.0, "centre"),
    ("金額（税抜）", 29.0, "right"),
)
REDUCED = 8


def yen(amount: int) -> str:
    """¥1,234, with the sign before the symbol."""
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,}"


def day(value: date) -> str:
    """2026年11月3日."""
    return f"{value.year}年{value.month}月{value.day}日"


def draw_head(page: Page, document: InvoiceDocument) -> None:
    """Title, number and days, recipient, issuer, and the amount to pay."""
    page.rect(0, 0, 210, 5, fill=NAVY)
    page.text(LEFT, 24, "請　求　書", font="bold", size=21, color=NAVY)
    page.text(LEFT + 52, 24, "（適格請求書）", font="gothic", size=9, color=GREY)
    for number, (name, value) in enumerate(
        (
            ("請求書番号", document.number),
            ("発行日", day(document.issued_on)),
            ("取引期間", f"{day(document.period_from)}～{day(document.period_to)}"),
            ("お支払期限", day(document.due_on)),
        )
    ):
        page.text(140, 13.6 + number * 4.7, name, font="gothic", size=8, color=GREY, align="right")
        page.fit(143, 13.6 + number * 4.7, value, size=9, width=49, align="right")
    _recipient(page, document)
    _issuer(page, document)
    page.text(LEFT, 70, "下記のとおりご請求申し上げます。", size=9.5)
    page.rect(LEFT, 73.5, WIDTH, 15, fill=LIGHT, radius=1.2)
    page.rect(LEFT, 73.5, 3, 15, fill=NAVY)
    page.text(LEFT + 8, 82.7, "ご請求金額（税込）", font="bold", size=11, color=NAVY)
    page.text(RIGHT - 7, 84, yen(document.totals.total), font="bold", size=21, color=NAVY, align="right")


def _recipient(page: Page, document: InvoiceDocument) -> None:
    recipient = document.recipient
    if recipient.postal_code:
        page.text(LEFT, 36.5, f"〒{recipient.postal_code}", size=9)
    page.fit(LEFT, 41.3, recipient.address, size=9.5, width=88)
    page.text(LEFT, 46.0, f"企業ID　{recipient.login_id}", font="gothic", size=8, color=GREY)
    page.fit(LEFT, 52.3, f"{recipient.company_name}　御中", size=13, width=92)
    page.line(LEFT, 54.6, LEFT + 92, 54.6, thickness=0.6)
    contact = "　".join(part for part in (recipient.department, "ご請求担当", recipient.contact_name, "様") if part)
    page.fit(LEFT, 59.6, contact, size=9, width=90)


def _issuer(page: Page, document: InvoiceDocument) -> None:
    issuer, left = document.issuer, 122.0
    page.fit(left, 39, issuer.name, size=10.5, width=70, font="bold", color=NAVY)
    for number, text in enumerate((f"登録番号　{issuer.registration_number}", issuer.address, f"TEL {issuer.phone}")):
        page.fit(left, 44 + number * 4.4, text, size=8, width=70, font="gothic")


def draw_continued_head(page: Page, document: InvoiceDocument) -> None:
    """What a second or later sheet begins with."""
    page.rect(0, 0, 210, 5, fill=NAVY)
    page.text(LEFT, 20, "請求書（続き）", font="bold", size=13, color=NAVY)
    page.text(RIGHT, 20, document.number, font="gothic", size=9, align="right")
    page.fit(LEFT, 26.5, f"{document.recipient.company_name}　御中", size=9.5, width=120)


def draw_rows(page: Page, lines: list[InvoiceLine], *, top: float, rows: int) -> float:
    """A table of so many rows, the last of them perhaps empty. Returns where it ends."""
    page.rect(LEFT, top, WIDTH, HEAD_HEIGHT, fill=NAVY)
    left = LEFT
    for heading, width, _align in COLUMNS:
        page.text(left + width / 2, top + 4.9, heading, font="gothic", size=8.2, color=WHITE, align="centre")
        left += width
    for number in range(rows):
        y = top + HEAD_HEIGHT + number * ROW_HEIGHT
        if number % 2:
            page.rect(LEFT, y, WIDTH, ROW_HEIGHT, fill=STRIPE)
        if number < len(lines):
            _row(page, lines[number], y + 5.1)
        page.line(LEFT, y + ROW_HEIGHT, RIGHT, y + ROW_HEIGHT, thickness=0.25, color=RULE)
    bottom = top + HEAD_HEIGHT + rows * ROW_HEIGHT
    page.line(LEFT, bottom, RIGHT, bottom, thickness=0.9, color=NAVY)
    return bottom


def _row(page: Page, line: InvoiceLine, y: float) -> None:
    mark = "　※" if line.tax_percent == REDUCED else ""
    values = (
        f"{line.occurred_on:%m/%d}",
        line.description + mark,
        f"{line.quantity:,}",
        f"{line.unit_amount:,}",
        f"{line.tax_percent}%" if line.tax_percent else "対象外",
        f"{line.amount:,}",
    )
    left = LEFT
    for (_heading, width, align), value in zip(COLUMNS, values, strict=True):
        page.fit(
            left + 1.8,
            y,
            value,
            size=8.8,
            width=width - 3.6,
            align=align,
            font="gothic" if align != "left" else "mincho",
        )
        left += width


def draw_totals(page: Page, document: InvoiceDocument, *, top: float) -> None:
    """Amount and tax per rate, and what they come to."""
    left, width, y = RIGHT - 92, 92.0, top
    page.rect(left, y, width, 6.4, fill=LIGHT)
    for heading, middle in (("税率区分", 16), ("対象額（税抜）", 48), ("消費税額", 80)):
        page.text(left + middle, y + 4.4, heading, font="gothic", size=7.6, color=NAVY, align="centre")
    for rate in document.totals.by_rate:
        y += 6.4
        name = f"{rate.percent}% 対象{'（軽減）' if rate.percent == REDUCED else ''}" if rate.percent else "対象外"
        page.text(left + 3, y + 4.5, name, font="gothic", size=8.4)
        page.text(left + 61, y + 4.5, yen(rate.base), font="gothic", size=9, align="right")
        page.text(left + 89, y + 4.5, yen(rate.tax) if rate.percent else "－", font="gothic", size=9, align="right")
        page.line(left, y + 6.4, left + width, y + 6.4, thickness=0.25, color=RULE)
    y += 6.4
    for name, amount in (("小計（税抜）", document.totals.net), ("消費税額計", document.totals.tax)):
        page.text(left + 3, y + 4.5, name, font="gothic", size=8.6)
        page.text(left + 89, y + 4.5, yen(amount), font="gothic", size=9, align="right")
        y += 6.2
    page.rect(left, y, width, 8.4, fill=NAVY)
    page.text(left + 3, y + 5.7, "合計（税込）", font="bold", size=10, color=WHITE)
    page.text(left + 89, y + 5.9, yen(document.totals.total), font="bold", size=12, color=WHITE, align="right")


def draw_bank(page: Page, document: InvoiceDocument, *, top: float) -> None:
    """Where to pay."""
    page.frame(LEFT, top, 76, 27, color=RULE, radius=1)
    page.text(LEFT + 3, top + 5, "お振込先", font="bold", size=8.6, color=NAVY)
    for number, line in enumerate(document.issuer.bank_lines):
        page.fit(LEFT + 3, top + 10.2 + number * 4.5, line, size=8.2, width=70, font="gothic")
    page.text(LEFT + 3, top + 24.4, "振込手数料は貴社にてご負担ください。", font="gothic", size=6.8, color=GREY)


def draw_foot(page: Page, document: InvoiceDocument, *, number: int, of: int, note: str) -> None:
    """Code for the clerk's scanner, note, and number of the sheet."""
    page.qr(LEFT, 262, f"I1:{document.number}", side=15)
    page.text(LEFT + 18, 266, "備考", font="bold", size=8, color=NAVY)
    page.paragraph(LEFT + 18, 270.4, note, font="gothic", size=7.6, width=120)
    page.text(105, 289, f"{number} / {of}", font="gothic", size=8, color=GREY, align="centre")
