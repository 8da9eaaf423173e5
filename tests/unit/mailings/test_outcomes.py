"""Reading what the post says: with and without titles, pasted and from files, and what a word means for a piece."""

from datetime import date

import pytest

from mailings.rules.outcome_steps import Verdict, judge
from mailings.rules.outcomes import read_outcomes, read_status
from models.enums import MailPieceStatus as P
from models.enums import OutcomeStatus as S

TODAY = date(2026, 11, 26)
DAY = date(2026, 11, 24)
NUMBER = "13112383852"


@pytest.mark.parametrize(
    "text",
    [
        "131-12-38385-2\t2026/11/24 10:15\tお届け済み\t日立郵便局",
        "日立郵便局,2026-11-24,お届け先にお届け済み,13112383852",
        "A13112383852A 11/24 お届け済み 日立郵便局",
        "１３１-１２-３８３８５-２　令和8年11月24日　窓口でお渡し　日立郵便局",
        "お問い合わせ番号,商品種別,最新年月日,最新状態,取扱局\n131-12-38385-2,一般書留,11月24日,お届け済み,日立郵便局",
        '\ufeff取扱局\t状態発生日\t配送履歴\t追跡番号\n日立郵便局\t2026/11/24 9:05\tお届け済み\t"13112383852"'.replace(
            '"', ""
        ),
        "'131-12-38385-2,'2026/11/24,'お届け済み,'日立郵便局",
    ],
)
def test_columns_are_found_by_title_or_by_what_stands_in_them(text: str) -> None:
    read = read_outcomes(text, TODAY)
    assert not read.unread
    (line,) = read.lines
    assert (line.item_number, line.status, line.on, line.office) == (NUMBER, S.DELIVERED, DAY, "日立郵便局")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("引受", S.ACCEPTED),
        ("到着", S.ARRIVED),
        ("保管", S.ARRIVED),
        ("ご不在のため持ち戻り", S.ABSENT),
        ("窓口の変更受付", S.MOVED),
        ("お届け済み", S.DELIVERED),
        ("返送", S.RETURNING),
        ("差出人に返送済み", S.RETURNED),
        ("お届け済み（返送）", S.RETURNING),
        ("調査中", S.INVESTIGATED),
        ("delivered", S.DELIVERED),
        ("通過", None),
    ],
)
def test_the_words_of_japan_post(word: str, status: S | None) -> None:
    assert read_status(word) is status


def test_what_cannot_be_read_is_named_and_nothing_of_it_is_lost() -> None:
    lines = [
        "131-12-38385-3 11/24 お届け済み",
        f"{NUMBER} 11/24 とても速い",
        f"{NUMBER} お届け済み",
        f"{NUMBER} 2026-11-27 引受",
    ]
    read = read_outcomes("\n".join([*lines, f"{NUMBER} 11/25 持ち出し中", ""]), TODAY)
    assert [(each.place, each.line, each.code) for each in read.unread] == [
        (1, lines[0], "outcome-number"),
        (2, lines[1], "outcome-status"),
        (3, lines[2], "outcome-day"),
        (4, lines[3], "outcome-day"),
    ]
    assert (read.lines, read.passed) == ((), 1)


def test_a_day_without_a_year_is_the_last_one() -> None:
    (line,) = read_outcomes(f"{NUMBER} 12/30 引受", date(2027, 1, 4)).lines
    assert line.on == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("status", "piece", "verdict"),
    [
        (S.ARRIVED, P.POSTED, Verdict.STEP),
        (S.ABSENT, P.NOTIFIED, Verdict.NOTHING_NEW),
        (S.ARRIVED, P.DELIVERED, Verdict.NOTHING_NEW),
        (S.DELIVERED, P.NOTIFIED, Verdict.STEP),
        (S.DELIVERED, P.DELIVERED, Verdict.NOTHING_NEW),
        (S.DELIVERED, P.RETURNED, Verdict.CONTRADICTION),
        (S.RETURNED, P.DELIVERED, Verdict.CONTRADICTION),
        (S.RETURNING, P.NOTIFIED, Verdict.NOTHING_NEW),
        (S.ACCEPTED, P.LOST, Verdict.NOTHING_NEW),
    ],
)
def test_what_an_outcome_means_for_a_piece(status: S, piece: P, verdict: Verdict) -> None:
    assert judge(status, piece) is verdict
