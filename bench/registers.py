"""The registers of certificates and tokens over many rows, through the whole portal on PostgreSQL.

`python -m bench.registers [ROWS]` prints p50 and p95 at the server, and the CPU time of portal and database together for one page, which says
the same on a busy machine. The budget is that of the other lists (design.md §6): p95 ≤ 100 ms.
"""

import os
import re
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import quantiles

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text

import models  # noqa: F401  makes every table known
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from bench.cases import EMAIL, PASSWORD, fill
from tests.factories.pki import Pki
from tests.factories.staff import sign_in
from wsgi import create_portal

ROUNDS, BUDGET_MS = 20, 100
FILL = (
    """INSERT INTO ca_certificate (id, purpose, generation, key_label, der, sha256, serial, not_before, not_after, active,
    ceremony, created_at) VALUES (gen_random_uuid(), 'ca', 1, 'ca', :der, 'x', '01', now(), now() + '10 years', true, '{}', now())""",
    """INSERT INTO pin_secret (id, kind, applicant_id, verifier, status, attempts, created_at)
    SELECT gen_random_uuid(), 'application', id, 'v', 'used', 0, now() FROM applicant""",
    """INSERT INTO enrolment (id, applicant_id, kind, application_pin_id, status, consented_at, csr, channel, attested, created_at)
    SELECT gen_random_uuid(), applicant_id, 'new', id, 'issued', now(), 'x', 'client', false, now() FROM pin_secret""",
    """INSERT INTO token_model (id, name, approved, key_kinds, pin_shortest, pin_longest, pin_tries, reorder_level, created_at)
    VALUES (gen_random_uuid(), 'eToken 5110', true, '{rsa-3072}', 6, 15, 10, 50, now())""",
    """INSERT INTO token_batch (id, name, model_id, supplier, received_on, count, received_by, received_by_name, created_at)
    SELECT gen_random_uuid(), 'N-' || n, (SELECT id FROM token_model), '', '2026-01-01', 500, (SELECT id FROM staff LIMIT 1), 'x', now()
    FROM generate_series(0, (SELECT count(*) FROM applicant) / 500) n""",
    """INSERT INTO token (id, serial_number, model, batch, batch_id, status, applicant_id, changed_at, created_at)
    SELECT gen_random_uuid(), upper(lpad(to_hex(n), 10, '0')), 'eToken 5110', 'N-' || n / 500, (SELECT id FROM token_batch WHERE name = 'N-' || n / 500),
      CASE WHEN n % 500 = 1 THEN 'in_stock' WHEN n % 997 = 2 THEN 'returned' WHEN n % 100 = 3 THEN 'lost' ELSE 'active' END,
      CASE WHEN n % 500 = 1 THEN NULL ELSE id END, now(), now()
    FROM (SELECT id, row_number() OVER () AS n FROM applicant) a""",
    """INSERT INTO certificate (id, serial, enrolment_id, applicant_id, ca_certificate_id, shard, profile_version, status, tbs, der,
    sha256, subject, not_before, not_after, created_at, suspect_reason, search_key)
    SELECT gen_random_uuid(), md5(n::text), e.id, e.applicant_id, (SELECT id FROM ca_certificate), '000', 1,
      CASE WHEN n % 20 = 0 THEN 'revoked' WHEN n % 5000 = 1 THEN 'intended' WHEN n % 20000 = 2 THEN 'suspect' ELSE 'active' END,
      'x', :der, md5(n::text) || md5('s' || n), 'CN=X', now() - '400 days'::interval, now() + (n % 1000 - 300) * '1 day'::interval,
      now() - n * '1 minute'::interval,
      CASE WHEN n % 20 <> 0 AND n % 5000 <> 1 AND n % 20000 = 2 THEN 'answer-lost' ELSE '' END, e.search_key
    FROM (SELECT f.id, f.applicant_id, k.search_key, row_number() OVER () AS n FROM enrolment f
      JOIN applicant p ON p.id = f.applicant_id JOIN application k ON k.id = p.application_id) e""",
)
PAGES = (
    ("certificates: all", "/certificates/"),
    ("certificates: next page", "/certificates/?after=next"),
    *((f"certificates: {tab}", f"/certificates/?tab={tab}") for tab in ("valid", "ends", "revoked", "open", "suspect")),
    ("certificates: serial", "/certificates/?search={serial}"),
    ("certificates: SHA-256", "/certificates/?search={digest}"),
    ("certificates: application", "/certificates/?search={number}"),
    *(
        (f"certificates: {word}", f"/certificates/?search={word}")
        for word in ("佐藤", "髙橋　美咲", "株式会社", "林", "存在しない名前")
    ),
    ("certificates: 佐藤, revoked", "/certificates/?search=佐藤&tab=revoked"),
    ("certificate page", "/certificates/details/?id={certificate}"),
    ("tokens: all", "/tokens/"),
    *((f"tokens: {tab}", f"/tokens/?tab={tab}") for tab in ("stock", "way", "holder", "returned", "gone", "destroy")),
    ("tokens: serial", "/tokens/?search={token}"),
    ("tokens: delivery", "/tokens/?search=N-7"),
    ("stock", "/token-stock/"),
    ("dashboard", "/"),
)


def main(size: int) -> int:
    """Print a table. The exit status is 1 if it breaks the budget."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="cb", dir="/tmp", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        parts = [start_postgres(place / "pg", fast=True), start_redis(place / "redis")]
        try:
            return _measure(place, size, parts[0].pid)
        finally:
            for part in parts:
                part.send_signal(signal.SIGINT)
                part.wait()


def _measure(place: Path, size: int, postmaster: int) -> int:
    app = create_portal(Settings(VAR_DIR=place, DATABASE_URL="", REDIS_URL=f"unix://{place / 'redis' / 'redis.sock'}"))
    with app.app_context():
        db.create_all()
        fill(size)
        der = Pki().ca.public_bytes(Encoding.DER)
        for statement in FILL:
            db.session.execute(text(statement), {"der": der} if ":der" in statement else {})
        # `fill` signs in an officer; all registers are open to an auditor.
        db.session.execute(text("UPDATE staff SET roles = '{auditor}' WHERE email = :email"), {"email": EMAIL})
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        known = _known()
        db.session.remove()
        client = sign_in(app, EMAIL, PASSWORD)
        is_good = True
        for title, path in PAGES:
            address = path.format(**known)
            if address.endswith("after=next"):
                page = client.get("/certificates/").get_data(as_text=True)
                address = "/certificates/" + re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
            took, cpu = [], _cpu(postmaster)
            for _ in range(ROUNDS):
                began = time.perf_counter()
                answer = client.get(address)
                took.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (title, answer.status_code)
            work = (_cpu(postmaster) - cpu) / ROUNDS * 1000
            p95 = quantiles(took, n=20)[-1]
            is_good &= p95 <= BUDGET_MS
            print(
                f"  {title:<36} p50 {quantiles(took, n=2)[0]:6.1f} ms  p95 {p95:6.1f} ms  CPU {work:5.1f} ms{'' if p95 <= BUDGET_MS else '  over'}"
            )
        db.session.remove()
        db.engine.dispose()
    return int(not is_good)


def _cpu(postmaster: int) -> float:
    """Seconds that this process and the database's processes have worked."""
    seconds = time.process_time()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _known() -> dict[str, str]:
    row = db.session.execute(
        text(
            "SELECT c.id, c.serial, c.sha256, a.number FROM certificate c JOIN applicant a ON a.id = c.applicant_id OFFSET 500 LIMIT 1"
        )
    ).one()
    token = db.session.scalar(text("SELECT serial_number FROM token OFFSET 700 LIMIT 1"))
    return {"certificate": str(row[0]), "serial": row[1], "digest": row[2], "number": row[3], "token": str(token)}


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
