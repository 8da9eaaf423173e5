"""The pages of the portal's registers that are measured, and what stands in their addresses."""

import re

from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.db import db

CERTIFICATES = (
    ("certificates: all", "/certificates/"),
    ("certificates: next page", "/certificates/?after=next"),
    *((f"certificates: {tab}", f"/certificates/?tab={tab}") for tab in ("valid", "ends", "revoked", "open", "suspect")),
    ("certificates: serial", "/certificates/?search={serial}"),
    ("certificates: SHA-256", "/certificates/?search={digest}"),
    ("certificates: application", "/certificates/?search={applicant}"),
    *(
        (f"certificates: {word}", f"/certificates/?search={word}")
        for word in ("佐藤", "髙橋　美咲", "株式会社", "林", "存在しない名前")
    ),
    ("certificates: 佐藤, revoked", "/certificates/?search=佐藤&tab=revoked"),
    ("certificate page", "/certificates/details/?id={certificate}"),
    *((f"renewals: {days} days", f"/renewals/?tab={days}") for days in (90, 14)),
    ("renewals: 佐藤", "/renewals/?search=佐藤"),
    ("renewals: serial", "/renewals/?search={serial}"),
    *((f"revocations: {tab}", f"/revocations/?tab={tab}") for tab in ("to-decide", "mine", "done", "all")),
    ("revocations: serial", "/revocations/?tab=all&search={serial}"),
    ("revocation page", "/revocations/{request}/"),
    ("lists to revoke", "/revocation-batches/"),
    ("authority", "/authority/"),
)
TOKENS = (
    ("tokens: all", "/tokens/"),
    *((f"tokens: {tab}", f"/tokens/?tab={tab}") for tab in ("stock", "way", "holder", "returned", "gone", "destroy")),
    ("tokens: serial", "/tokens/?search={token}"),
    ("tokens: delivery", "/tokens/?search=N-7"),
    ("token page", "/tokens/details/?id={token_id}"),
    ("stock", "/token-stock/"),
)
MAILROOM = (
    *(
        (f"mailroom: {tab}", f"/mailroom/?tab={tab}")
        for tab in ("prepared", "printed", "enclosed", "posted", "delivered", "returned", "lost", "stopped", "ordinary")
    ),
    ("envelopes after posting", "/mail-pieces/"),
    ("envelope", "/mail-pieces/{piece}/"),
    ("post envelopes", "/posting/"),
    ("printing runs", "/print-runs/"),
    ("printing run", "/print-runs/{run}/"),
    ("posting lists", "/posting-lists/"),
    ("posting list", "/posting-lists/{list}/"),
    ("item numbers", "/item-bands/"),
    ("delivery results", "/outcomes/"),
    *((f"e-mails: {tab}", f"/emails/?tab={tab}") for tab in ("all", "lost", "open")),
    ("e-mails: recipient", "/emails/?search={email}"),
    ("e-mails: unknown", "/emails/?search=nobody@example.jp"),
    *((f"bounces: {tab}", f"/email-addresses/?tab={tab}") for tab in ("blocked", "doubtful", "all")),
    ("bounces: address", "/email-addresses/?search={email}"),
)
OTHERS = (
    ("audit: all", "/audit/"),
    ("audit: next page", "/audit/?after=next"),
    ("audit: refused", "/audit/?tab=refused"),
    *(
        (f"audit: {text}", f"/audit/?search={text}")
        for text in ("certificate:issue", "certificate", "担当 7", "nobody")
    ),
    ("audit: subject", "/audit/?search={case}"),
    ("jobs", "/jobs/"),
    *((f"sheets: {tab}", f"/sheets/?tab={tab}") for tab in ("here", "no-shelf", "lent", "overdue", "destroyed", "all")),
    ("sheets: case", "/sheets/?tab=all&search={number}"),
    ("sheets: nothing", "/sheets/?search=X"),
    *((f"notices: {tab}", f"/notice-list/?tab={tab}") for tab in ("open", "answered", "expired", "all")),
    ("notices: 佐藤", "/notice-list/?tab=all&search=佐藤"),
    ("companies", "/companies/"),
    ("companies: 株式会社東京", "/companies/?search=株式会社東京"),
    ("company IDs", "/company-accounts/"),
    ("customers", "/customers/"),
    ("customers: 佐藤", "/customers/?search=佐藤"),
    ("customers: nobody", "/customers/?search=存在しない名前"),
    ("invoices", "/invoices/"),
    ("invoices: number", "/invoices/?search=INV-2026-000700"),
    ("dashboard", "/"),
)
PAGES = (*CERTIFICATES, *TOKENS, *MAILROOM, *OTHERS)

KNOWN = {
    "certificate, serial, digest, applicant": "SELECT c.id, c.serial, c.sha256, a.number FROM certificate c"
    " JOIN applicant a ON a.id = c.applicant_id WHERE c.status = 'active' ORDER BY c.created_at OFFSET 500 LIMIT 1",
    "request": "SELECT id FROM revocation_request WHERE status = 'received' LIMIT 1",
    "token_id, token": "SELECT id, serial_number FROM token ORDER BY sequence OFFSET 700 LIMIT 1",
    "piece, run, list": "SELECT id, print_run_id, posting_list_id FROM mail_piece WHERE status = 'delivered' ORDER BY sequence OFFSET 700 LIMIT 1",
    "email": "SELECT recipient FROM outgoing_email ORDER BY sequence OFFSET 700 LIMIT 1",
    "case, number": "SELECT id, number FROM application ORDER BY sequence OFFSET 700 LIMIT 1",
}


def known() -> dict[str, str]:
    """What fills the addresses: keys and numbers of rows that are there."""
    found: dict[str, str] = {}
    for names, query in KNOWN.items():
        row = db.session.execute(text(query)).one()
        found |= dict(zip(names.split(", "), map(str, row), strict=True))
    return found


def follow(client: FlaskClient, address: str) -> str:
    """`after=next` becomes the address of the page after the first."""
    if not address.endswith("after=next"):
        return address
    first = address.removesuffix("?after=next")
    page = client.get(first).get_data(as_text=True)
    link = re.search(r'rel="next" href="([^"]+)"', page)
    if link is None:
        raise RuntimeError(f"{address}: there is one page only")
    return first + link[1].replace("&amp;", "&")
