"""Letters to holders as printed: one page, the text that was meant, nothing but the address in the window, no PIN."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.documents.chain import MissingGlyphError
from app.documents.envelopes import NAGA3, Area
from issuance.rules.revocation import REASONS
from mailings.letters.approval_notice import Sender
from mailings.letters.certificate_notices import (
    RenewalNotice,
    RevocationNotice,
    Subject,
    compose_renewal,
    compose_revocation,
)
from mailings.letters.certificate_wording import REVOCATION_REASONS, reason_in_words
from mailings.letters.layout import Addressee, Document, render

POINTS_PER_MM = 72 / 25.4
SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
HOLDER = Addressee("株式会社髙﨑建設", "", "𠮷田 太郎", "317-0065", "茨城県日立市助川町一丁目1番1号", "助川ハイツ203")
LONG = Addressee(
    "特定建設共同企業体髙﨑・葛󠄀城・神谷総合土木建築工業株式会社",
    "",
    "葛󠄀城ヴィルヘルミーナ・アレクサンドラ 明日香",
    "602-8570",
    "京都府京都市上京区今出川通烏丸東入上る玄武町六百一番地の十二",
    "メゾン・ド・グランパレス東棟 1204号室",
)
SUBJECT = Subject(
    "L-2026-000012",
    date(2026, 11, 26),
    HOLDER,
    "A-2026-000001-1",
    "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    date(2027, 1, 25),
)
ONLINE = RenewalNotice(SUBJECT, date(2026, 11, 26), date(2030, 1, 25))
PAPERS = replace(ONLINE, online_until=None)
REVOKED = RevocationNotice(
    SUBJECT,
    datetime(2026, 11, 26, 6, 5, tzinfo=UTC),
    datetime(2026, 11, 20, 0, 30, tzinfo=UTC),
    "keyCompromise",
)
DOCUMENTS = {
    "online": compose_renewal(ONLINE, SENDER),
    "papers": compose_renewal(PAPERS, SENDER),
    "revoked": compose_revocation(REVOKED, SENDER),
}


def text_of(document: Document, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=render(document, SENDER), capture_output=True, check=True
    )
    return done.stdout.decode()


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_word_that_was_meant_is_on_one_page(name: str) -> None:
    document = DOCUMENTS[name]
    text = text_of(document, "-raw")
    assert text.count("\f") == 1
    meant = [document.title, document.opening, *(part for pair in document.facts for part in pair)]
    meant += [part for pair in document.sections for part in pair]
    for each in meant:
        assert plain(each) in plain(text), each
    assert "L-2026-000012" in text and "𠮷田 太郎" in text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("online", "令和9年1月25日（月）"),
        ("online", "cectrust renew --server https://www.example.jp"),
        ("online", "令和8年11月26日から令和9年1月25日までの間に"),
        ("online", "最長で令和12年1月25日まで"),
        ("papers", "様式5　電子証明書発行申請書"),
        ("papers", "電子署名法施行規則第5条第2項"),
        ("revoked", "令和8年11月26日（木） 15時05分"),
        ("revoked", "eTokenの紛失・盗難、またはPINの漏えいのおそれ"),
        ("revoked", "令和8年11月20日09時30分より前にこの電子証明書で行った署名は、失効した後も有効です。"),
        ("revoked", "電子署名及び認証業務に関する法律施行規則第6条第12号"),
    ],
)
def test_a_letter_says(name: str, meant: str) -> None:
    assert plain(meant) in plain(text_of(DOCUMENTS[name], "-raw"))


def test_who_needs_papers_is_not_sent_to_the_program() -> None:
    assert "cectrust renew" not in text_of(DOCUMENTS["papers"], "-raw")
    assert "様式5" not in text_of(DOCUMENTS["online"], "-raw")


@pytest.mark.parametrize("addressee", [HOLDER, LONG, replace(HOLDER, building="", postal_code="")])
def test_nothing_but_the_address_shows_in_the_window(addressee: Addressee) -> None:
    subject = replace(SUBJECT, addressee=addressee)
    for document in (
        compose_renewal(replace(ONLINE, subject=subject), SENDER),
        compose_revocation(replace(REVOKED, subject=subject), SENDER),
    ):
        words = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
            text_of(document, "-bbox", "-l", "1"),
        )
        boxes = [(text, Area(*(float(value) / POINTS_PER_MM for value in box))) for *box, text in words]
        shown = [(text, box) for text, box in boxes if NAGA3.swept().touches(box)]
        assert not [(text, box) for text, box in shown if not NAGA3.safe().holds(box)]
        lines, last = addressee.lines()
        assert plain("".join(text for text, _box in shown)) == plain("".join([*lines, last]))


def test_the_code_on_the_letter_is_read_by_a_scanner() -> None:
    from io import BytesIO  # noqa: PLC0415

    import zxingcpp  # noqa: PLC0415  only here
    from PIL import Image  # noqa: PLC0415

    picture = subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", "-"],
        input=render(DOCUMENTS["revoked"], SENDER),
        capture_output=True,
        check=True,
    ).stdout
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    assert found.text == "L1:L-2026-000012"


def test_a_name_that_no_font_has_is_not_printed() -> None:
    wrong = replace(SUBJECT, addressee=replace(HOLDER, name="渡\u9089\U000e01ef 一"))
    with pytest.raises(MissingGlyphError):
        render(compose_renewal(replace(ONLINE, subject=wrong), SENDER), SENDER)


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASONS) <= set(REVOCATION_REASONS)
    for japanese, english in REVOCATION_REASONS.values():
        assert japanese and english.isascii()
    assert reason_in_words("something-new") == REVOCATION_REASONS["unspecified"]
