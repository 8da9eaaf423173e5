"""The PDF of an invoice says all that the law asks for, exactly."""

import subprocess
from datetime import date

import pytest

from app.billing.documents.invoice import render
from app.billing.documents.values import InvoiceDocument, Issuer, Recipient
from app.billing.rules.charges import InvoiceLine
from app.billing.rules.tax import Rounding, TaxLine, invoice_totals
from app.documents.chain import MissingGlyphError

ISSUER = Issuer(
    "株式会社サンプル認証", "T7000012050002", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", ("みずほし銀行",)
)


def line(day: int, text: str, quantity: int, amount: int, percent: int = 10) -> InvoiceLine:
    return InvoiceLine(date(2026, 11, day), "x", text, quantity, amount, percent)


def document(lines: list[InvoiceLine], company: str = "株式会社髙﨑建設") -> InvoiceDocument:
    return InvoiceDocument(
        number="INV-2026-00321",
        issued_on=date(2026, 11, 30),
        due_on=date(2026, 12, 31),
        period_from=date(2026, 11, 1),
        period_to=date(2026, 11, 30),
        issuer=ISSUER,
        recipient=Recipient(
            "C10000001", company, "317-0055", "茨城県日立市宮田町", "経理部", "葛󠄀城　𠮷男", "k@x.example"
        ),
        lines=lines,
        totals=invoice_totals([TaxLine(each.amount, each.tax_percent) for each in lines], Rounding.FLOOR),
        rounding=Rounding.FLOOR,
    )


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def test_all_six_items_of_the_law_are_there() -> None:
    text = text_of(render(document([line(3, "電子証明書発行手数料", 2, 24005), line(9, "飲料", 24, 119, 8)])))
    for required in (
        "株式会社サンプル認証",  # 1号: issuer
        "T7000012050002",  # and number
        "2026年11月30日",  # 2号: day
        "11/03 電子証明書発行手数料 2 24,005 10% 48,010",  # 3号: content
        "飲料 ※",  # with the mark of the reduced rate
        "10% 対象 ¥48,010 ¥4,801",  # 4号, 5号: amount and tax of each rate
        "8% 対象（軽減） ¥2,856 ¥228",
        "株式会社髙﨑建設 御中",  # 6号: recipient
    ):
        assert required in text
    assert "合計（税込） ¥55,895" in text
    assert "葛󠄀城 𠮷男 様" in text


def test_without_a_reduced_rate_nothing_is_said_of_it() -> None:
    assert "軽減" not in text_of(render(document([line(3, "トークン", 1, 6500)])))


@pytest.mark.parametrize(("lines", "sheets"), [(1, 1), (12, 1), (13, 2), (34, 2), (35, 3)])
def test_many_lines_take_more_sheets_and_the_totals_stand_once(lines: int, sheets: int) -> None:
    pdf = render(document([line(1 + n % 28, f"品名{n:02d}", 1, 100) for n in range(lines)]))
    text = text_of(pdf)
    assert text.endswith(f" {sheets}/{sheets}")
    assert text.count("合計（税込）") == 1
    assert all(f"品名{n:02d}" in text for n in range(lines))


def test_the_same_values_give_the_same_bytes() -> None:
    one = document([line(3, "トークン", 1, 6500)])
    assert render(one) == render(one)


def test_a_name_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(MissingGlyphError):
        render(document([line(3, "トークン", 1, 6500)], company="外字\ue000建設"))
