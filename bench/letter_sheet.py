"""What every engine draws on the benchmark's letters: the same values, texts, pattern and QR code as ours."""

import re
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from random import Random

from app.documents.page import qr_rows
from mailings.letters.approval_notice import ApprovalNotice, Sender, camouflage
from mailings.letters.texts import BUILT_IN
from models.enums import LetterKind

SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
PATTERN = camouflage()
PIN_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
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


FAMILIES = "𠮷田 髙橋 \ufa19谷 佐藤 鈴木 田中 伊藤 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 池田 橋本 阿部 石川"
FAMILIES_READ = "ヨシダ タカハシ カミヤ サトウ スズキ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヤマダ サイトウ シミズ"
GIVEN_READ = "タロウ ハナコ イチロウ ミサキ ケン ショウタ ヨウコ ナオキ マユミ ダイスケ ユキ マコト"
GIVEN = "太郎 花子 一郎 美咲 健 翔太 陽子 直樹 真由美 大輔 由紀 誠 恵子 浩二 明日香 隆 久美子 剛 裕子 修"
TOWNS = "茨城県日立市宮田町六丁目 東京都港区新橋二丁目 大阪府吹田市山田東三丁目 北海道札幌市中央区北五条西 福岡県福岡市博多区博多駅前 愛知県名古屋市中村区名駅"
FIRMS = "髙﨑建設 日立電業 北陽設備工業 東亜測量設計 山城土木 みなと造園 瀬戸内舗装 中央橋梁 富士見電気 協和管工"


def notices(count: int, since: int = 0) -> list[ApprovalNotice]:
    """Letters to different holders, numbered from here on."""
    families, given, towns, firms = (words.split() for words in (FAMILIES, GIVEN, TOWNS, FIRMS))
    families_read, given_read = FAMILIES_READ.split(), GIVEN_READ.split()
    chance = Random(since)  # noqa: S311  the same letters each time, no secret
    return [
        ApprovalNotice(
            number=f"L-2026-{number:06d}",
            day=date(2026, 11, 24),
            postal_code=f"{chance.randrange(100, 900)}-{chance.randrange(10000):04d}",
            address=f"{chance.choice(towns)}{chance.randrange(1, 99)}番{chance.randrange(1, 40)}号",
            building="",
            company=f"株式会社{chance.choice(firms)}",
            name=f"{chance.choice(families)} {chance.choice(given)}",
            name_kana=f"{chance.choice(families_read)} {chance.choice(given_read)}",
            application_number=f"A-2026-{number:06d}-1",
            pin="-".join("".join(chance.choices(PIN_LETTERS, k=4)) for _ in range(4)),
        )
        for number in range(since, since + count)
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
