"""Letters to companies as printed: the text that was meant, the address in the window, every name as written."""

import re
import subprocess
from dataclasses import replace
from datetime import date

import pytest

from app.documents.chain import MissingGlyphError
from app.documents.envelopes import NAGA3, Area
from mailings.letters import closing_notices, deficiency_notice
from mailings.letters.approval_notice import Sender
from mailings.letters.closing_notices import ClosingNotice
from mailings.letters.deficiency_notice import DeficiencyNotice, Item, items_as_text, long_day
from mailings.letters.layout import Addressee, Document, render
from models.enums import LetterKind, PaperKind, RefusalReason, Remedy

POINTS_PER_MM = 72 / 25.4
SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
PERSON = Addressee("株式会社髙﨑建設", "総務部契約課", "葛󠄀城 葵", "317-0055", "茨城県日立市宮田町六丁目7番14号")
LONG = Addressee(
    "特定建設共同企業体髙﨑・葛󠄀城・神谷総合土木建築工業株式会社",
    "総務本部法務コンプライアンス推進部電子契約推進室",
    "葛󠄀城ヴィルヘルミーナ・アレクサンドラ 明日香",
    "602-8570",
    "京都府京都市上京区今出川通烏丸東入上る玄武町六百一番地の十二　メゾン・ド・グランパレス東棟 1204号室",
)
ITEMS = (
    Item(PaperKind.FORM_2, "", "missing", "", "", Remedy.SEND, False),
    Item(PaperKind.FORM_5, "𠮷田 太郎", "not-ok", "filled-in", "押印がありません。", Remedy.CORRECT, True),
    Item(PaperKind.REGISTRY_CERTIFICATE, "", "stale", "2026-07-01", "", Remedy.SEND_NEW, False),
    Item(PaperKind.FORM_4, "", "other", "", "部署名をご確認ください。", Remedy.EXPLAIN, False),
)
NOTICE = DeficiencyNotice(
    number="D-2026-000001",
    piece="L-2026-000012",
    day=date(2026, 11, 24),
    due_on=date(2026, 12, 24),
    case="A-2026-000001",
    company="株式会社髙﨑建設",
    received_on=date(2026, 11, 20),
    addressee=PERSON,
    items=ITEMS,
    remark="担当の佐藤までお電話ください。",
    enclosures=("様式5　電子証明書発行申請書（𠮷田 太郎様）",),
)
REFUSAL = ClosingNotice(
    kind=LetterKind.REFUSAL_NOTICE,
    piece="L-2026-000013",
    day=date(2026, 11, 24),
    case="A-2026-000001",
    company="株式会社髙﨑建設",
    received_on=date(2026, 11, 20),
    addressee=PERSON,
    has_certificates=True,
    reason_code=RefusalReason.SEAL,
    reason="外周の形が異なります。",
    keep_until=date(2036, 11, 24),
)


def pdf_of(document: Document) -> bytes:
    return render(document, SENDER)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def notice_text(notice: DeficiencyNotice = NOTICE) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"],
        input=pdf_of(deficiency_notice.compose(notice, SENDER)),
        capture_output=True,
        check=True,
    )
    return plain(done.stdout.decode())


@pytest.mark.parametrize(
    "meant",
    [
        "申請書類の不足・不備について（お願い）",
        "令和8年12月24日（木）　当社必着",
        "D-2026-000001",
        "A-2026-000001",
        "様式2届出印申請書",
        "まだ当社に届いておりません。",
        "𠮷田 太郎様",
        "記入漏れ、または署名・押印の漏れがあります。",
        "押印がありません。",
        "本状に同封してお返しします。訂正のうえ、あらためてお送りください。",
        "発行日（令和8年7月1日）から3か月を過ぎて当社に届きました。",
        "簡易書留で、次の宛先へお送りください。",
        "〒105-0004 東京都港区新橋2-6-2　株式会社サンプル認証",
        "受付 9:00〜12:00、13:00〜18:00（土日祝・12/29〜1/3を除く）",
        "葛󠄀城 葵　様",
        "株式会社髙﨑建設",
        "担当の佐藤までお電話ください。",
        "以上1点",
        "敬具",
    ],
)
def test_the_notice_says_what_was_meant(meant: str) -> None:
    assert plain(meant) in notice_text()


def test_a_bare_question_asks_for_no_post() -> None:
    text = notice_text(replace(NOTICE, items=ITEMS[3:], enclosures=(), remark=""))
    assert "お知らせいただく方法" in text
    assert "お送りいただく方法" not in text and "同封してお返しする書類" not in text


@pytest.mark.parametrize("count", [1, 12, 40])
def test_a_long_list_takes_pages_and_loses_nothing(count: int) -> None:
    items = tuple(replace(ITEMS[1], words=f"指摘その{number:03d}。") for number in range(count))
    pages = text_of(pdf_of(deficiency_notice.compose(replace(NOTICE, items=items), SENDER))).rstrip("\f").split("\f")
    whole = "".join(pages)
    assert [whole.count(f"指摘その{number:03d}。") for number in range(count)] == [1] * count
    assert all(plain(page).endswith(f"{number}/{len(pages)}") for number, page in enumerate(pages, 1))


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert pdf_of(deficiency_notice.compose(NOTICE, SENDER)) == pdf_of(deficiency_notice.compose(NOTICE, SENDER))


def test_a_name_that_no_font_has_is_not_printed() -> None:
    wrong = replace(NOTICE, addressee=replace(PERSON, name="渡\u9089\U000e01ef 一"))
    with pytest.raises(MissingGlyphError):
        pdf_of(deficiency_notice.compose(wrong, SENDER))


def first_page_words(document: Document) -> list[tuple[str, Area]]:
    done = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", "-", "-"], input=pdf_of(document), capture_output=True, check=True
    )
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', done.stdout.decode()
    )
    return [(text, Area(*(float(value) / POINTS_PER_MM for value in box))) for *box, text in found]


@pytest.mark.parametrize(
    "addressee", [PERSON, LONG, replace(PERSON, name=""), replace(PERSON, name="", department="", postal_code="")]
)
def test_nothing_but_the_address_shows_in_the_window(addressee: Addressee) -> None:
    for document in (
        deficiency_notice.compose(replace(NOTICE, addressee=addressee), SENDER),
        closing_notices.compose(replace(REFUSAL, addressee=addressee), SENDER),
    ):
        shown = [(text, box) for text, box in first_page_words(document) if NAGA3.swept().touches(box)]
        assert not [(text, box) for text, box in shown if not NAGA3.safe().holds(box)]
        lines, last = addressee.lines()
        assert plain("".join(text for text, _box in shown)) == plain("".join([*lines, last]))


def closing_text(notice: ClosingNotice) -> str:
    return plain(text_of(pdf_of(closing_notices.compose(notice, SENDER))))


def test_a_refusal_names_reason_law_and_last_day() -> None:
    text = closing_text(REFUSAL)
    for meant in (
        "ご提出の書類の印影が、印鑑（登録）証明書の印影と一致しませんでした。",
        "外周の形が異なります。",
        "電子署名及び認証業務に関する法律施行規則第12条第2項",
        "令和18年11月24日まで",
        "却下の日",
        "いつでもあらためてお申し込みいただけます。",
    ):
        assert plain(meant) in text
    assert "施行規則" not in closing_text(replace(REFUSAL, has_certificates=False))


def test_a_withdrawal_is_confirmed_with_the_papers_that_go_back() -> None:
    back = replace(REFUSAL, kind=LetterKind.WITHDRAWAL_NOTICE, reason_code=None, enclosures=("登記事項証明書",))
    text = closing_text(back)
    assert "貴社からのお申し出により取り下げられました" in text and "・登記事項証明書" in text
    assert "復元できない方法で廃棄" in closing_text(replace(back, enclosures=()))


def test_a_lapse_names_the_notice_that_was_not_answered() -> None:
    text = closing_text(
        replace(
            REFUSAL,
            kind=LetterKind.LAPSE_NOTICE,
            reason_code=None,
            notice="D-2026-000001",
            notice_day=date(2026, 11, 24),
            due_on=date(2026, 12, 24),
            enclosures=("住民票の写し（𠮷田 太郎様）",),
        )
    )
    assert plain("令和8年11月24日付の不備通知（D-2026-000001）") in text
    assert "住民票の写し（𠮷田太郎様）" in text


def test_the_email_has_the_same_list() -> None:
    text = items_as_text(ITEMS)
    assert text.splitlines()[0] == "1. 様式2 届出印申請書"
    assert "2. 様式5 電子証明書発行申請書（𠮷田 太郎様）" in text and text.count("→") == len(ITEMS)
    assert long_day(date(2027, 1, 4)) == "令和9年1月4日（月）"
