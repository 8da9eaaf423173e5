"""`make tour`: the whole story in Chromium and with the real client; pictures and PDFs in var/tour/.

Company A (髙﨑建設) and its counterparty B (東日本資材) both apply on paper; both holders fetch certificates onto SoftHSM tokens; A
sends a contract, both sign, both have the original; the public page knows it; A gets its invoice.
"""

import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.core import clock
from app.core.settings import ROOT
from tests.system.running import RunningSystem, wait_until
from tests.tour import desk
from tests.tour.checks import (
    CheckFailedError,
    lint_certificate,
    pdf_pictures,
    pdf_text,
    signatures_in,
    verify_certificate,
)
from tests.tour.contract_paper import contract_pdf
from tests.tour.desk import Tour, cectrust, press
from tests.tour.every_page import look_at_every_page
from tests.tour.mailbox import Mailbox, link_in
from tests.tour.people import COMPANY_A, COMPANY_B, TourCompany
from tests.tour.stage import Stage
from tests.tour.user_token import UserToken, make_token

PASSWORD = "工事現場の判子は今日から鍵になる"  # noqa: S105
AMOUNT = 33_000_000
TITLE = "神峰地内 配水管布設替工事"


def main() -> int:
    """Play the story. The exit status is 0 if every check held."""
    out = ROOT / "var" / "tour"
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="tour", dir="/tmp", ignore_cleanup_errors=True) as name:  # noqa: S108
        var = Path(name)
        var.chmod(0o755)
        system = RunningSystem(var / "v")
        began = time.monotonic()
        system.run(sys.executable, "-m", "deploy.prepare")
        system.start()
        try:
            system.wait_for_web()
            with Stage(out) as stage:
                play(Tour(stage, system, Mailbox(system.var / "mail")), var)
                complaints = sorted(set(stage.complaints))
        finally:
            system.stop()
    print(f"{len(list(out.iterdir()))} files in {out.relative_to(ROOT)}, {time.monotonic() - began:.0f} s")
    print("\n".join(complaints) or "no page is wider than its window, no script complains")
    return 1 if complaints else 0


def play(tour: Tour, folder: Path) -> None:
    """Steps 1 to 8."""
    today = clock.today()
    tokens = {}
    for company, item, key in ((COMPANY_A, "131-12-38385-2", "rsa-3072"), (COMPANY_B, "100-12-00001-4", "p-256")):
        tokens[company.name] = token = make_token(folder / company.item_number, company.romaji[:12])
        apply(tour, company, token, item, key, today)
        say(f"{company.name}: certificate on the token")
    check_certificates(tour)
    ids = {company.name: open_ids(tour, company) for company in (COMPANY_A, COMPANY_B)}
    contract(tour, ids, tokens, today)
    invoice(tour)
    auditor(tour)
    look_at_every_page(tour, *ids[COMPANY_A.name], sign_in)
    say("every page fits a telephone in both languages")


def apply(tour: Tour, company: TourCompany, token: UserToken, item: str, key: str, today: date) -> None:
    """Steps 1 to 6 for one company."""
    pictures = company is COMPANY_A
    case = desk.receive(tour, company, pictures=pictures)
    desk.review(tour, case, company, today=today, pictures=pictures)
    desk.approve(tour, case, pictures=pictures)
    say(f"{company.name}: approved")
    number, pin = desk.post_letter(tour, company, token, item, pictures=pictures)
    desk.enrol(tour, company, token, number, pin, key=key, pictures=pictures)


def check_certificates(tour: Tour) -> None:
    """openssl and pkilint judge what was issued."""
    folder = tour.system.var
    url = tour.system.settings().database_url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        ca = connection.execute("SELECT der FROM ca_certificate WHERE purpose = 'ca'").fetchone()[0]
        issued = connection.execute("SELECT der FROM certificate WHERE status = 'active'").fetchall()
    (folder / "ca.pem").write_bytes(x509.load_der_x509_certificate(ca).public_bytes(Encoding.PEM))
    if len(issued) != 2:
        raise CheckFailedError(f"{len(issued)} certificates instead of 2")
    for number, (der,) in enumerate(issued):
        path = folder / f"ee{number}.pem"
        path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
        verify_certificate(path, folder / "ca.pem")
        if findings := lint_certificate(path):
            raise CheckFailedError("\n".join(findings))
    say("openssl verify -x509_strict and pkilint are content")


def open_ids(tour: Tour, company: TourCompany) -> tuple[str, str]:
    """Step 4: both IDs set their passwords through their links. Returns (company ID, user ID)."""
    found = {}
    for recipient in (company.contact[2], company.applicant.email):
        for message in tour.mailbox.messages(recipient):
            text = str(message.get_body(("plain",)).get_content())
            if "/set-password/" not in text:
                continue
            login = next(word for word in text.split() if word[:1] in "CU" and word[1:].isdigit())
            if login in found:
                continue
            page = tour.stage.window(f"link-{login}", link_in(text))
            page.fill("[name=new]", PASSWORD)
            page.fill("[name=again]", PASSWORD)
            if company is COMPANY_A and login.startswith("U"):
                tour.stage.shot(page, "set-the-password")
            press(page, "main form button")
            found[login] = recipient
    company_id, user_id = sorted(found)
    return company_id, user_id


def sign_in(tour: Tour, login: str):  # noqa: ANN201
    """A customer's window, signed in."""
    page = tour.stage.window(login, f"{tour.site}/login")
    if "/login" in page.url:
        page.fill("[name=login_id]", login)
        page.fill("[name=password]", PASSWORD)
        press(page, "main form button")
    return page


def contract(tour: Tour, ids: dict, tokens: dict, today: date) -> None:
    """Step 7: sealed, signed by both, kept, verified; the company ID reads and cannot act."""
    a, b = sign_in(tour, ids[COMPANY_A.name][1]), sign_in(tour, ids[COMPANY_B.name][1])
    for page in (a, b):
        page.goto(f"{tour.site}/contracts/certificates/")
        press(page, "main form button.primary")
    pdf = contract_pdf(
        title=TITLE, client=COMPANY_A.name, contractor=COMPANY_B.name, amount=AMOUNT, day="令和8年11月24日"
    )
    a.goto(f"{tour.site}/contracts/new")
    a.set_input_files("[name=pdf]", {"name": "契約書.pdf", "mimeType": "application/pdf", "buffer": pdf})
    a.fill("[name=title]", TITLE)
    a.fill("[name=contract_date]", today.isoformat())
    a.fill("[name=amount]", f"{AMOUNT:,}")
    a.fill("[name=counterparty]", ids[COMPANY_B.name][1])
    tour.stage.shot(a, "new-contract")
    press(a, "main form button.primary")
    address = a.url.split("?")[0]
    for page, company in ((a, COMPANY_A), (b, COMPANY_B)):
        code = wait_until(lambda page=page: _code(page, address), "a signing code", seconds=90)
        if company is COMPANY_A:
            tour.stage.shot(page, "signing-code")
        tour.stage.keep(
            "sign.txt", cectrust(tokens[company.name], "sign", "--server", tour.site, "--yes", code).encode()
        )
        say(f"{company.name}: signed")
    a.goto(address)
    wait_until(lambda: _completed(a, address), "the contract is completed", seconds=60)
    tour.stage.shot(a, "contract-completed", whole=True)
    tour.stage.also(a, "contract-completed", phone=True)
    tour.stage.also(a, "contract-completed", language="en")
    files = [page.request.get(_final(page, address, tour.site)).body() for page in (a, b)]
    if files[0] != files[1]:
        raise CheckFailedError("the parties hold different originals")
    kept = tour.stage.keep("contract-signed.pdf", files[0])
    pdf_pictures(kept)
    signatures = [each for each in signatures_in(kept) if "ETSI.RFC3161" not in each["text"]]
    valid = [each for each in signatures if "Signature is Valid" in each["text"]]
    if len(valid) < 3:
        raise CheckFailedError(f"pdfsig calls {len(valid)} signatures valid")
    verify_public(tour, files[0])
    reader = sign_in(tour, ids[COMPANY_A.name][0])
    reader.goto(address)
    tour.stage.shot(reader, "company-id-reads")
    if reader.request.get(f"{tour.site}/contracts/new").status != 403:
        raise CheckFailedError("a company ID can make a contract")


def _code(page, address: str) -> str:  # noqa: ANN001
    page.goto(address)
    if page.query_selector("form[action$='/code'] button, form[action*='code'] button") is None:
        return ""
    press(page, "form[action*='code'] button")
    return page.inner_text("#signing-code").strip()


def _completed(page, address: str) -> bool:  # noqa: ANN001
    page.goto(address)
    return page.query_selector(".tag.green") is not None and page.query_selector("form[action*='code']") is None


def _final(page, address: str, site: str) -> str:  # noqa: ANN001
    page.goto(address)
    return site + (page.get_attribute("a:has-text('PDF')", "href") or "")


def verify_public(tour: Tour, original: bytes) -> None:
    """Anybody: the file is the original, a changed copy is unknown."""
    page = tour.stage.window("anybody", f"{tour.site}/verify/")
    for name, data in (("original", original), ("changed", original[:-9] + b" " + original[-8:])):
        page.goto(f"{tour.site}/verify/")
        page.set_input_files("#verify-file", {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": data})
        page.wait_for_selector(".answer h2")
        answer = page.inner_text(".answer h2")
        tour.stage.shot(page, f"verify-{name}")
        if ("原本です" in answer) != (name == "original"):
            raise CheckFailedError(f"the public page says of the {name} file: {answer}")
    say("the public page knows the original and not the changed copy")


def invoice(tour: Tour) -> None:
    """Step 8: what steps 4 to 6 caused, on one invoice, right to the yen."""
    page = tour.staff("seikyu")
    page.goto(f"{tour.portal}/billing/")
    tour.stage.shot(page, "open-charges")
    page.locator("tr", has_text=COMPANY_A.name).locator("a.btn").click()
    page.wait_for_load_state()
    tour.stage.shot(page, "invoice-before-issue")
    tour.stage.also(page, "invoice-before-issue", language="en", phone=True)
    press(page, "main form button.primary")
    tour.stage.shot(page, "invoices")
    link = page.get_attribute("tbody a", "href") or ""
    pdf = page.request.get(tour.portal + link).body()
    pdf_pictures(tour.stage.keep("invoice.pdf", pdf))
    text = pdf_text(pdf)
    net = 30_000 + 6_500 + 24_000
    total = net + net * 10 // 100
    holder = COMPANY_A.billing[1].split("　")[0]  # 神 as U+FA19: neither typed, stored nor printed as U+795E
    for expected in (f"{total:,}", f"{net:,}", "T7000012050002", COMPANY_A.name, holder):
        if expected not in text:
            raise CheckFailedError(f"{expected} does not stand on the invoice")
    say(f"invoice over {total:,} yen")


def auditor(tour: Tour) -> None:
    """The chain holds."""
    page = tour.staff("kansa")
    page.goto(f"{tour.portal}/audit/")
    tour.stage.shot(page, "audit-log")
    press(page, "main form button.primary")
    tour.stage.shot(page, "audit-chain")
    if "intact" not in tour.system.flask("audit", "verify"):
        raise CheckFailedError("the audit chain is broken")
    say("the audit chain is intact")


def say(text: str) -> None:
    """Progress."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
