"""The portal's list page over many cases: page, tab, search, next page, through the whole application on PostgreSQL.

`python -m bench.portal_list [CASES …]` prints p50 and p95 at the server; the budget is p95 ≤ 100 ms (design.md §6).
"""

import random
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

import models  # noqa: F401  makes every table known
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.search import search_key
from app.core.settings import Settings
from app.security.passwords import hash_password
from wsgi import create_portal

SIZES = (10_000, 100_000)
ROUNDS = 40
BUDGET_MS = 100
PASSWORD = "a long sentence for measuring"
FAMILY = [
    "佐藤",
    "鈴木",
    "髙橋",
    "田中",
    "渡邊",
    "伊藤",
    "山本",
    "中村",
    "小林",
    "加藤",
    "𠮷田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "齋藤",
    "清水",
]
GIVEN = [
    "智子",
    "裕子",
    "亮",
    "愛",
    "陽菜",
    "隆",
    "彩",
    "和也",
    "美咲",
    "結衣",
    "大輔",
    "直樹",
    "蓮",
    "真由美",
    "湊",
    "翔",
    "葵",
    "誠",
    "恵",
    "健",
]
TRADES = ["建設", "工業", "土木", "工務店", "建築", "電設", "舗装", "鉄骨", "塗装", "運輸"]
# Most cases are decided; some hundred wait.
STATES = (("received", 3), ("in_review", 4), ("reviewed", 2), ("incomplete", 1), ("approved", 960), ("refused", 30))

PAGES = (
    ("first page", "/applications/"),
    ("tab: approved", "/applications/?tab=approved"),
    ("tab: all", "/applications/?tab=all"),
    ("search 佐藤", "/applications/?tab=all&search=佐藤"),
    ("search 髙橋　美咲", "/applications/?tab=all&search=髙橋　美咲"),
    ("search 株式会社", "/applications/?tab=all&search=株式会社"),
    ("search, no hit", "/applications/?tab=all&search=存在しない名前"),
    ("search a number", "/applications/?tab=all&search=A-2026-004711"),
    ("next page", "/applications/?tab=all&after="),
    ("dashboard", "/"),
)


def main(sizes: tuple[int, ...]) -> int:
    """Print one table for each size. The exit status is 1 if the largest breaks the budget."""
    warnings.simplefilter("ignore")
    slowest = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="cb", dir="/tmp", ignore_cleanup_errors=True) as name:
            slowest = max(times[1] for times in _measure(Path(name), size))
    return int(slowest > BUDGET_MS)


def _measure(place: Path, size: int) -> Iterator[tuple[float, float]]:
    place.chmod(0o755)
    parts = [start_postgres(place / "pg", fast=True), start_redis(place / "redis")]
    try:
        app = create_portal(
            Settings(VAR_DIR=place, DATABASE_URL="", REDIS_URL=f"unix://{place / 'redis' / 'redis.sock'}")
        )
        with app.app_context():
            db.create_all()
            fill(size)
        client = _sign_in(app)
        print(f"portal list, {size:,} cases          p50 ms   p95 ms")
        for title, path in PAGES:
            times = _times(client, path)
            print(f"  {title:<28}{times[0]:9.1f}{times[1]:9.1f}")
            yield times
    finally:
        for part in parts:
            part.terminate()
            part.wait()


def _times(client: FlaskClient, path: str) -> tuple[float, float]:
    if path.endswith("after="):
        page = client.get("/applications/?tab=all").get_data(as_text=True)
        path += page.split("after=", 1)[1].split('"', 1)[0]
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        answer = client.get(path)
        taken.append((time.perf_counter() - begin) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18]


def _sign_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    client.post("/login", data={"email": "bench@example.jp", "password": PASSWORD, "csrf_token": token})
    return client


def fill(size: int) -> None:
    """Staff, companies, envelopes, applications and applicants, by COPY."""
    chance = random.Random(size)
    states = [state for state, weight in STATES for _ in range(weight)]
    staff, moment = uuid4(), datetime(2026, 11, 24, tzinfo=UTC)
    companies = [
        (uuid4(), f"株式会社{chance.choice(FAMILY)}{chance.choice(TRADES)}{n}") for n in range(max(size // 20, 1))
    ]
    cases, people, envelopes = [], [], []
    for number in range(1, size + 1):
        envelope, case, firm = uuid4(), uuid4(), chance.choice(companies)
        person = f"{chance.choice(FAMILY)}　{chance.choice(GIVEN)}"
        day = date(2026, 11, 24) - timedelta(days=(size - number) * 1500 // size)
        state, name = chance.choice(states), f"A-2026-{number:06d}"
        approved = moment if state == "approved" else None
        envelopes.append((envelope, f"{number:011d}", day, staff, moment))
        key = search_key(name, firm[1], person)
        cases.append((case, name, "new", state, ["certificate"], envelope, firm[0], day, 1, 1, approved, key, moment))
        people.append((uuid4(), f"{name}-1", case, 1, person, "", "", "", "", "", "", "", True, True, moment))
    tables = {
        "staff (id, email, name, password, active, must_change_password, roles, fs_uniquifier, failed_sign_ins, created_at)": [
            (
                staff,
                "bench@example.jp",
                "測定 太郎",
                hash_password(PASSWORD),
                True,
                False,
                ["officer"],
                uuid4().hex,
                0,
                moment,
            )
        ],
        "company (id, name, name_kana, name_romaji, postal_code, address, representative_title, representative_name, created_at)": [
            (*company, "", "", "", "", "", "", moment) for company in companies
        ],
        "envelope (id, item_number, received_on, received_by, created_at)": envelopes,
        "application (id, number, kind, status, services, envelope_id, company_id, received_on, profile_version, version,"
        " approved_at, search_key, created_at)": cases,
        "applicant (id, number, application_id, position, name, name_kana, name_romaji, postal_code, address, building, email,"
        " user_id_email, wants_certificate, wants_user_id, created_at)": people,
    }
    connection = db.engine.raw_connection()
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    connection.commit()
    connection.driver_connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()


if __name__ == "__main__":
    sys.exit(main(tuple(int(each.replace("_", "")) for each in sys.argv[1:]) or SIZES))
