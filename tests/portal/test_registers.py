"""Registers: paging by key, search for two characters, and addresses that nobody's page ever made."""

import base64
import json
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin import listing
from admin.display import capped
from admin.listing import COUNT_CAP, capped_count, capped_counts, read_listing
from app.core.db import db
from app.core.search import matches
from models.applications import Application
from models.enums import ApplicationStatus
from tests.factories.cases import RECEIVED_ON, make_case
from tests.factories.staff import make_staff, sign_in

NOBODY = "6f0cde4c-1d1c-4a9c-8a5e-8d6f9f3f9c11"


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("auditor", email="kansa@example.jp")
    return sign_in(portal, "kansa@example.jp")


def numbers(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.findall(r">(A-2026-\d{6})<", answer.get_data(as_text=True))


def test_pages_by_key_lose_and_double_nothing(portal: Flask) -> None:
    """Seven cases of three days, two on a page: ties are broken by the key, and the way back is the way there."""
    for index in range(7):
        make_case("山田 太郎", received_on=RECEIVED_ON + timedelta(days=index % 3))

    def page(after: str | None = None, before: str | None = None):  # noqa: ANN202
        return read_listing(
            Application, order="received_on", descending=False, criteria=[], limit=2, after=after, before=before
        )

    pages = [page()]
    while pages[-1].next_cursor:
        pages.append(page(after=pages[-1].next_cursor))
    there = [row.id for each in pages for row in each.rows]
    assert len(there) == len(set(there)) == 7
    days = [row.received_on for each in pages for row in each.rows]
    assert days == sorted(days)

    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = page(before=back.previous_cursor)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
    assert back.previous_cursor is None


def test_counting_stops(portal: Flask) -> None:
    for _ in range(5):
        make_case("山田 太郎")

    assert capped_count(Application, cap=3) == 4
    assert read_listing(Application, order="id", descending=False, criteria=[]).count == 5


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("佐藤", ["佐藤 花子"]),
        ("高橋", ["髙橋　美咲"]),
        ("髙橋", ["髙橋　美咲"]),
        ("髙橋美咲", ["髙橋　美咲"]),
        ("藤花", ["佐藤 花子"]),
        ("ｻﾄｳ", ["サトウ ケン"]),
        ("吉田", ["𠮷田 誠"]),
        ("A-2026-000001", ["佐藤 花子"]),
        ("A-2026-000001-1", ["佐藤 花子"]),
        ("Ａ２０２６００００１", []),
        ("Ａ２０２６０００００１", ["佐藤 花子"]),
        ("000001", ["佐藤 花子"]),
        ("1", ["佐藤 花子"]),
        ("2026-2", ["髙橋　美咲"]),
        ("A-2026-00000", ["佐藤 花子", "髙橋　美咲", "サトウ ケン", "𠮷田 誠"]),
        ("A-2026", ["佐藤 花子", "髙橋　美咲", "サトウ ケン", "𠮷田 誠"]),
        ("A-2025", []),
        ("A-2026-000009", []),
        ("藤", ["佐藤 花子"]),
        ("佐", ["佐藤 花子"]),
        ("%", []),
        ("__", []),
        ("（）", []),
        ("髙﨑建設", ["佐藤 花子", "髙橋　美咲", "サトウ ケン", "𠮷田 誠"]),
        ("森", []),
        ("'; DROP TABLE", []),
        ("佐 & 藤 | !(", []),
    ],
)
def test_search(client: FlaskClient, typed: str, found: list[str]) -> None:
    for name in ("佐藤 花子", "髙橋　美咲", "サトウ ケン", "𠮷田 誠"):
        make_case(name)

    answer = client.get("/applications/", query_string={"search": typed, "tab": "all"})

    assert answer.status_code == 200
    shown = re.findall(r'<b class="name">(.*?)</b>', answer.get_data(as_text=True))
    assert sorted(shown) == sorted(found)


def test_figures_of_a_name_are_found_beside_the_serial(client: FlaskClient) -> None:
    make_case("佐藤 花子")
    make_case("山田 太郎", company="株式会社2建設")

    assert sorted(numbers(client, "/applications/?tab=all&search=2")) == ["A-2026-000002"]
    assert sorted(numbers(client, "/applications/?tab=all&search=2建設")) == ["A-2026-000002"]
    make_case("山田 太郎", company="第12工業")
    assert numbers(client, "/applications/?tab=all&search=12") == ["A-2026-000003"]


@pytest.mark.parametrize("look_at", [0, 3, 5, 100])
@pytest.mark.parametrize("descending", [False, True])
def test_a_search_in_two_steps_loses_and_doubles_nothing(
    portal: Flask, monkeypatch: pytest.MonkeyPatch, look_at: int, descending: bool
) -> None:
    """Whether rows are tested one by one, found by the index, or some this way and some that way."""
    monkeypatch.setattr(listing, "LOOK_AT", look_at)
    wanted = []
    for index in range(9):
        is_wanted = index % 4 != 1
        case = make_case("佐藤 花子" if is_wanted else "山田 太郎", received_on=RECEIVED_ON + timedelta(days=index % 3))
        wanted += [(case.received_on, case.id)] if is_wanted else []
    wanted.sort(reverse=descending)

    def page(after: str | None = None, before: str | None = None):  # noqa: ANN202
        criteria = [Application.status == ApplicationStatus.RECEIVED, matches(Application.search_key, "佐藤花")]
        return read_listing(
            Application,
            order="received_on",
            descending=descending,
            criteria=criteria,
            limit=2,
            after=after,
            before=before,
        )

    pages = [page()]
    while pages[-1].next_cursor:
        pages.append(page(after=pages[-1].next_cursor))
    assert [(row.received_on, row.id) for each in pages for row in each.rows] == wanted
    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = page(before=back.previous_cursor)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
    assert back.previous_cursor is None
    assert all(each.count == len(wanted) or (each.is_capped and each.count < len(wanted)) for each in pages)


def test_a_search_is_a_plain_criterion_elsewhere(portal: Flask) -> None:
    case = make_case("佐藤 花子")
    make_case("山田 太郎")

    found = db.session.scalars(select(Application).where(matches(Application.search_key, "佐藤"))).all()

    assert found == [case]


def test_what_runs_out_first_is_on_top(client: FlaskClient) -> None:
    for days in (9, 2, 5):
        case = make_case("山田 太郎")
        case.due_on = RECEIVED_ON + timedelta(days=days)
    db.session.commit()

    assert numbers(client, "/applications/") == ["A-2026-000002", "A-2026-000003", "A-2026-000001"]


def test_numbers_beside_the_tabs_stop_counting(client: FlaskClient) -> None:
    for status in (ApplicationStatus.IN_REVIEW, ApplicationStatus.IN_REVIEW, ApplicationStatus.APPROVED):
        make_case("山田 太郎", status=status)
    make_case("山田 太郎", received_on=date(2026, 9, 1))

    assert tab_numbers(client) == {"unclaimed": "3", "overdue": "1"}  # and none beside a tab where nothing waits
    assert capped_counts(Application, {}) == {}
    assert capped(COUNT_CAP) == "1,000"
    assert capped(COUNT_CAP + 1) == "1,000+"


def tab_numbers(client: FlaskClient) -> dict[str, str]:
    page = client.get("/applications/").get_data(as_text=True)
    return dict(re.findall(r'href="\?tab=(\w+)"[^>]*>[^<]*<span class="tag (?:quiet|red)">([\d,+]+)</span></a>', page))


def test_tabs(client: FlaskClient) -> None:
    make_case("山田 太郎", status=ApplicationStatus.IN_REVIEW)
    make_case("山田 太郎", status=ApplicationStatus.APPROVED)
    make_case("山田 太郎", received_on=date(2026, 9, 1))

    assert numbers(client, "/applications/") == ["A-2026-000003", "A-2026-000001"]
    assert numbers(client, "/applications/?tab=in_review") == ["A-2026-000001"]
    assert numbers(client, "/applications/?tab=approved") == ["A-2026-000002"]
    assert len(numbers(client, "/applications/?tab=all")) == 3
    assert numbers(client, "/applications/?tab=nonsense") == ["A-2026-000003", "A-2026-000001"]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


STRANGE_LISTS = [
    "page=99999999999999999999",
    "page=-1",
    "sort=99&desc=x",
    "sort=-1",
    "sort=0",
    "page_size=100000000",
    "flt0_0=%00",
    "search=%00",
    "search=%EF%BF%BE",
    "search=" + "x" * 5000,
    "after=x",
    "after=%00",
    "after=" + "A" * 5000,
    "before=" + cursor(),
    "after=" + cursor(1),
    "after=" + cursor("2026-01-01", "x"),
    "after=" + cursor("2026-01-01", "\x00"),
    "after=" + cursor("0001-01-01", NOBODY),
    "after=" + cursor(10**30),
    "after=" + cursor(1e300),
    "after=" + cursor([[]], {}),
    "tab=%00",
    "tab=a&tab=b",
    "url=http://[::1",
    "lang=xx",
]
STRANGE_KEYS = ("", "id=", "id=1,2", "id=1&id=2", "id=%00", "id=" + "9" * 40, "id=-1", "id=x", f"id={NOBODY}")
REGISTERS = ("applications", "companies", "audit", "customers", "company-accounts")


@pytest.mark.parametrize("register", REGISTERS)
def test_no_address_breaks_a_list(client: FlaskClient, register: str) -> None:
    make_case("佐藤 花子")

    answers = {query: client.get(f"/{register}/?{query}").status_code for query in STRANGE_LISTS}

    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("register", REGISTERS)
def test_no_address_breaks_the_details(client: FlaskClient, register: str) -> None:
    answers = {
        query: client.get(f"/{register}/details/?{query}&url=http://[::1").status_code
        for query in STRANGE_KEYS
        if (register, query) != ("audit", "id=1&id=2")  # the first entry of the log, which exists
    }

    assert set(answers.values()) == {404}, answers


def test_details(client: FlaskClient) -> None:
    case = make_case("佐藤 花子")

    page = client.get(f"/companies/details/?id={case.company_id}").get_data(as_text=True)

    assert "株式会社髙﨑建設" in page
