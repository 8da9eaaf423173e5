"""A registration authority's table after years of work: any number of cases in PostgreSQL, as it finds them in real life.

99 of 100 cases are decided, at most 10,000 are open; nearly every company is a 株式会社; surnames are as frequent as in Japan; big
companies apply often; cases lie in the table in the order in which they came. The same size gives the same rows.
"""
# ruff: noqa: SIM905  words separated by spaces read better than words in quotes

import random
from collections.abc import Collection
from datetime import UTC, date, datetime
from itertools import accumulate, product
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from app.core.db import db
from app.core.search import search_key
from app.security.passwords import hash_password
from models.applications import Application

PASSWORD = "a long sentence for measuring"
EMAIL = "bench@example.jp"
TODAY = date(2026, 11, 24)
MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
DAYS = 1800  # five years of cases
OPEN_AT_MOST = 10_000
PEOPLE = 20_000
SAMPLES = 20
# The rows refer to one another rightly; sorting and the building of indexes get the memory that a restore gets.
QUICKLY = ("session_replication_role = replica", "work_mem = '400MB'", "maintenance_work_mem = '1GB'", "jit = off")

# Surname, kana, cases of 1,000 in which an applicant has it; the others are made of two characters each.
FREQUENT = (
    ("佐藤", "サトウ", 15),
    ("鈴木", "スズキ", 14),
    ("髙橋", "タカハシ", 11),
    ("田中", "タナカ", 11),
    ("伊藤", "イトウ", 9),
    ("渡邊", "ワタナベ", 8),
    ("山本", "ヤマモト", 8),
    ("中村", "ナカムラ", 8),
    ("小林", "コバヤシ", 8),
    ("加藤", "カトウ", 7),
    ("𠮷田", "ヨシダ", 7),
    ("山田", "ヤマダ", 6),
    ("佐々木", "ササキ", 5),
    ("齋藤", "サイトウ", 4),
    ("林", "ハヤシ", 4),
)
FIRST = dict(
    zip(
        "石西東北南大小上下中前後森川高松竹杉青黒白木",
        "イシ ニシ ヒガシ キタ ミナミ オオ コ ウエ シモ ナカ マエ ゴ モリ カワ タカ マツ タケ スギ アオ クロ シロ キ".split(),
        strict=True,
    )
)
SECOND = dict(
    zip(
        "川村田原野山沢島崎井口本谷岡塚",
        "カワ ムラ タ ハラ ノ ヤマ サワ シマ サキ イ グチ モト タニ オカ ツカ".split(),
        strict=True,
    )
)
GIVEN = dict(
    zip(
        "智子 裕子 亮 愛 陽菜 隆 彩 和也 美咲 結衣 大輔 直樹 蓮 真由美 湊 翔 葵 誠 恵 健".split(),
        "トモコ ヒロコ リョウ アイ ヒナ タカシ アヤ カズヤ ミサキ ユイ ダイスケ ナオキ レン マユミ ミナト ショウ アオイ マコト メグミ ケン".split(),
        strict=True,
    )
)
PLACES = "東京 大阪 日立 水戸 横浜 名古屋 札幌 仙台 広島 福岡 新潟 静岡 岡山 熊本 京都 神戸 高崎 川崎 千葉 金沢".split()
TRADES = "建設 工業 土木 工務店 建築 電設 舗装 鉄骨 塗装 運輸 設備 測量 造園 興業 商事 技研 組 製作所".split()
FORMS = ("株式会社", "有限会社", "合同会社")
DECIDED = (("approved", 96), ("refused", 3), ("withdrawn", 1))
OPEN = (("received", 3), ("in_review", 4), ("reviewed", 2), ("incomplete", 1))


def fill(size: int) -> None:
    """Staff, companies, envelopes, applications with one to three applicants; the tables are empty before."""
    chance = random.Random(size)
    with db.engine.begin() as connection:
        indexes = drop_indexes(connection, ("application", "applicant", "envelope", "company"))
        _people(connection, chance)
        _companies(connection, chance, max(size // 20, 1))
        _cases(connection, size)
        _applicants(connection)
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('application', 'sequence'), :size)"), {"size": size}
        )
        make_indexes(connection, indexes)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    _compare_keys()


def drop_indexes(connection: Connection, tables: Collection[str]) -> list[str]:
    """Make the rest of the transaction quick: an index over rows that are there already is built ten times faster.

    Returns:
        what makes the indexes of these tables again, for `make_indexes`.
    """
    for setting in QUICKLY:
        connection.execute(text(f"SET LOCAL {setting}"))
    found = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(:tables)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)"
            # A condition is not spelt the same way again; those indexes are small.
            " AND indexdef NOT LIKE '% WHERE %'"
        ),
        {"tables": list(tables)},
    ).all()
    for name, _definition in found:
        connection.execute(text(f'DROP INDEX "{name}"'))
    return [definition for _name, definition in found]


def make_indexes(connection: Connection, definitions: list[str]) -> None:
    """Build what `drop_indexes` took away."""
    for definition in definitions:
        connection.execute(text(definition))


def _people(connection: Connection, chance: random.Random) -> None:
    staff = {
        "id": uuid4(),
        "email": EMAIL,
        "name": "測定 太郎",
        "password": hash_password(PASSWORD),
        "roles": ["officer"],
        "fs_uniquifier": uuid4().hex,
        "created_at": MOMENT,
    }
    connection.execute(
        text(
            "INSERT INTO staff (id, email, name, password, active, must_change_password, roles, fs_uniquifier,"
            " failed_sign_ins, created_at) VALUES (:id, :email, :name, :password, true, false, :roles, :fs_uniquifier, 0,"
            " :created_at)"
        ),
        staff,
    )
    connection.execute(text("CREATE TEMP TABLE person (no int PRIMARY KEY, name text, kana text, key text)"))
    rare = [(a + b, FIRST[a] + SECOND[b]) for a, b in product(FIRST, SECOND)]
    surnames = [(name, kana, weight) for name, kana, weight in FREQUENT]
    left = 1000 - sum(weight for _name, _kana, weight in FREQUENT)
    surnames += [(name, kana, left / len(rare)) for name, kana in rare]
    limits = list(accumulate(weight for _name, _kana, weight in surnames))
    rows = []
    for number in range(PEOPLE):
        family, family_kana, _weight = chance.choices(surnames, cum_weights=limits)[0]
        given = chance.choice(list(GIVEN))
        name, kana = f"{family}　{given}", f"{family_kana}　{GIVEN[given]}"
        rows.append((number, name, kana, search_key(name, kana)))
    _copy(connection, "person (no, name, kana, key)", rows)


def _companies(connection: Connection, chance: random.Random, count: int) -> None:
    connection.execute(text("CREATE TEMP TABLE firm (no int PRIMARY KEY, id uuid, name text, kana text, key text)"))
    words = [*PLACES, *(name for name, _kana, _weight in FREQUENT), *(a + b for a, b in product(FIRST, SECOND))]
    rows = []
    for number in range(count):
        form = chance.choices(FORMS, (92, 6, 2))[0]
        own = chance.choice(words) + chance.choice(TRADES)
        if chance.random() < 0.5:
            own = chance.choice(words) + own
        name = f"{form}{own}" if chance.random() < 0.6 else f"{own}{form}"
        kana = "カブシキガイシャ" if form == FORMS[0] else ""
        rows.append((number, UUID(int=chance.getrandbits(128), version=4), name, kana, search_key(name, kana)))
    _copy(connection, "firm (no, id, name, kana, key)", rows)
    connection.execute(
        text(
            "INSERT INTO company (id, name, name_kana, name_romaji, postal_code, address, representative_title,"
            " representative_name, created_at) SELECT id, name, kana, '', '', '', '', '', :moment FROM firm"
        ),
        {"moment": MOMENT},
    )


def _cases(connection: Connection, size: int) -> None:
    """Envelope and case in one go; `pick` keeps what both need. Days rise with the number, as cases come in."""
    columns, values = _columns_of_cases()
    connection.execute(text("SELECT setseed(0.5)"))
    connection.execute(
        text(
            "CREATE TEMP TABLE pick AS SELECT n, gen_random_uuid() AS id, lpad(to_hex(n), 32, '0')::uuid AS envelope_id,"
            " CAST(:today AS date) - CAST((CAST(:size AS int) - n)::bigint * :days / :size AS int) AS day,"
            " n >= :size - :open AS is_open,"
            f" CASE WHEN n >= :size - :open THEN {_choice(OPEN)} ELSE {_choice(DECIDED)} END AS status,"
            " floor(power(random(), 2) * :firms)::int AS firm, floor(random() * :people)::int AS person,"
            " 1 + (random() < 0.3)::int + (random() < 0.1)::int AS heads"
            " FROM generate_series(0, CAST(:size AS int) - 1) AS n"
        ),
        {
            "today": TODAY,
            "size": size,
            "days": DAYS,
            "open": min(OPEN_AT_MOST, size // 100),
            "firms": max(size // 20, 1),
            "people": PEOPLE,
        },
    )
    connection.execute(
        text(
            "INSERT INTO envelope (id, item_number, received_on, received_by, created_at)"
            " SELECT envelope_id, lpad(n::text, 11, '0'), day, (SELECT id FROM staff), :moment FROM pick ORDER BY n"
        ),
        {"moment": MOMENT},
    )
    connection.execute(
        text(
            f"INSERT INTO application ({', '.join(columns)}) SELECT {', '.join(values)}"
            " FROM pick JOIN firm ON firm.no = pick.firm CROSS JOIN (SELECT id FROM staff) AS staff"
            " CROSS JOIN LATERAL (SELECT string_agg(key, ' ' ORDER BY heads.head) AS keys FROM generate_series(0, pick.heads - 1)"
            " AS heads (head) JOIN person ON person.no = (pick.person + heads.head * 7) % :people) AS people"
            " CROSS JOIN LATERAL (SELECT 'A-' || extract(year FROM day) || '-' || lpad(n::text, 6, '0') AS number) AS named"
            " ORDER BY n"
        ),
        {"moment": MOMENT, "people": PEOPLE},
    )


def _columns_of_cases() -> tuple[list[str], list[str]]:
    row = {
        "id": "pick.id",
        "sequence": "n",
        "number": "number",
        "kind": "'new'",
        "status": "status",
        "services": "ARRAY['contract', 'certificate']",
        "envelope_id": "envelope_id",
        "company_id": "firm.id",
        "received_on": "day",
        "profile_version": "1",
        "version": "1",
        "claimed_by": "CASE WHEN status IN ('in_review', 'reviewed') THEN staff.id END",
        "due_on": "CASE WHEN is_open THEN day + 7 ELSE '9999-12-31' END",
        "closed_on": "CASE WHEN NOT is_open THEN day + 5 END",
        "approved_at": "CASE WHEN status = 'approved' THEN CAST(:moment AS timestamptz) END",
        "search_key": "firm.key || ' ' || people.keys",
        "created_at": ":moment",
    }
    return list(row), list(row.values())


def _applicants(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO applicant (id, number, application_id, position, name, name_kana, name_romaji, postal_code, address,"
            " building, email, user_id_email, wants_certificate, wants_user_id, created_at)"
            " SELECT lpad(to_hex(n * 4 + head), 32, '0')::uuid, application.number || '-' || (head + 1), application.id, head + 1, person.name,"
            " person.kana, '', '', '', '', '', '', true, true, :moment"
            " FROM pick JOIN application USING (id) CROSS JOIN LATERAL generate_series(0, pick.heads - 1) AS heads (head)"
            " JOIN person ON person.no = (pick.person + head * 7) % :people ORDER BY n, head"
        ),
        {"moment": MOMENT, "people": PEOPLE},
    )


def _choice(weights: tuple[tuple[str, int], ...]) -> str:
    """An SQL expression that gives each word as often as its weight says."""
    total = sum(weight for _word, weight in weights)
    limits = list(accumulate(weight for _word, weight in weights))
    cases = " ".join(
        f"WHEN dice < {limit / total} THEN '{word}'" for (word, _weight), limit in zip(weights, limits, strict=True)
    )
    return f"(SELECT CASE {cases} ELSE '{weights[0][0]}' END FROM (SELECT random() + n * 0 AS dice) AS thrown)"


def _copy(connection: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _compare_keys() -> None:
    """The keys were put together in SQL; a sample must be what the application would have written."""
    cases = db.session.scalars(select(Application).where(Application.sequence % 997 == 0).limit(SAMPLES))
    for case in cases:
        texts = [case.company.name, case.company.name_kana]
        texts += [text for person in case.applicants for text in (person.name, person.name_kana)]
        if case.search_key != search_key(*texts):
            raise RuntimeError(f"{case.number}: {case.search_key} is not {search_key(*texts)}")
    db.session.rollback()
