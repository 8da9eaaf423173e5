"""Steps 1 to 6 of the story: envelope, review, approval, letter, delivery, certificate."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from app.core.settings import ROOT
from deploy.sample import PASSWORD
from tests.system.running import RunningSystem, wait_until
from tests.tour.checks import CheckFailedError, pdf_pictures, pdf_text
from tests.tour.mailbox import Mailbox
from tests.tour.papers import scan_pdf
from tests.tour.people import TourCompany, birth_wareki, papers_of
from tests.tour.stage import Stage
from tests.tour.user_token import UserToken

ISSUED = {
    "registry_certificate": 20,
    "company_seal_certificate": 20,
    "residence_certificate": 14,
    "personal_seal_certificate": 12,
}
PIN = re.compile(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b")
MODULE = "/usr/lib/softhsm/libsofthsm2.so"


@dataclass
class Tour:
    """What every step needs."""

    stage: Stage
    system: RunningSystem
    mailbox: Mailbox

    @property
    def portal(self) -> str:
        return self.system.portal_url

    @property
    def site(self) -> str:
        return self.system.site_url

    def staff(self, who: str) -> Page:
        """A member of staff's window, signed in."""
        page = self.stage.window(who, f"{self.portal}/login")
        if "/login" in page.url:
            page.fill("[name=email]", f"{who}@cecsign.example")
            page.fill("[name=password]", PASSWORD)
            press(page, "form button")
        return page


def press(page: Page, selector: str) -> None:
    """Press a button and wait for the page that follows; an error of the server ends the tour."""
    with page.expect_navigation() as arrival:
        page.click(selector)
    response = arrival.value
    if response is not None and response.status >= 500:
        raise CheckFailedError(f"{page.url} answered {response.status}")


def receive(tour: Tour, company: TourCompany, *, pictures: bool) -> str:
    """Step 1. Returns the case's key."""
    page = tour.staff("uketsuke")
    page.goto(f"{tour.portal}/reception/")
    page.fill("[name=item_number]", company.item_number[:-1] + "9")  # a slip of the finger
    page.fill("[name=company_name]", company.name)
    page.fill("[name=company_kana]", company.kana)
    page.fill("[name=company_romaji]", company.romaji)
    page.fill("[name=corporate_number]", company.corporate_number)
    page.check("[name=services][value=contract]")
    page.check("[name=services][value=certificate]")
    page.fill("[name=applicants-0-name]", company.applicant.name)
    page.fill("[name=applicants-0-name_kana]", company.applicant.kana)
    press(page, "main button.primary")
    if page.input_value("[name=company_name]") != company.name:
        raise CheckFailedError("what was typed is lost after an error")
    if pictures:
        tour.stage.shot(page, "reception-wrong-number")
    page.fill("[name=item_number]", company.item_number)
    press(page, "main button.primary")
    case = page.url.rstrip("/").split("/")[-2]
    if pictures:
        tour.stage.shot(page, "papers-needed")
        tour.stage.also(page, "papers-needed", language="en")
    return case


def review(tour: Tour, case: str, company: TourCompany, *, today: date, pictures: bool) -> None:
    """Step 2: every paper recorded, scanned, checked."""
    page = tour.staff("shinsa")
    page.goto(f"{tour.portal}/review/{case}/")
    page.wait_for_selector("[data-review=ready]")
    links = [link.get_attribute("href") or "" for link in page.query_selector_all("nav.papers a:not([hidden])")]
    papers, values = papers_of(company, today=today), _values(company)
    for number, (link, (kind, paper)) in enumerate(zip(links, _in_order(papers), strict=True)):
        page.goto(tour.portal + link)
        if page.query_selector("[name=issued_on]"):
            if pictures and kind == "registry_certificate":
                page.fill("[name=issued_on]", "令和8年7月1日")
                page.wait_for_selector("#fresh .tag.red")
                tour.stage.shot(page, "a-stale-date")
            page.fill("[name=issued_on]", paper.issued)
            page.wait_for_selector("#fresh .tag.green")
        for field in page.query_selector_all("[name^=field-]"):
            value = values.get((field.get_attribute("name") or "")[6:], "")
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.click("#save")
        _answered(page)
        page.set_input_files(
            "[name=file]",
            {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": scan_pdf([paper], seed=number)},
        )
        if page.query_selector("[name=no_individual_number]"):
            page.check("[name=no_individual_number]")
        press(page, "section.scan form button")
        check = 1
        while page.query_selector(f"[data-check='{check}']"):
            page.keyboard.press(str(check))  # by keyboard alone
            page.wait_for_selector(f"[data-check='{check}'] .ok[aria-pressed=true]")
            check += 1
    wait_until(lambda: _drawn(page, tour.portal + links[-1]), "the scans' pages are drawn", seconds=120)
    if pictures:
        page.goto(tour.portal + links[8])
        page.wait_for_load_state("networkidle")
        tour.stage.shot(page, "review-beside-the-scan")
        tour.stage.also(page, "review", phone=True)
        tour.stage.also(page, "review", language="en")
    page.goto(f"{tour.portal}/review/{case}/")
    press(page, f"form[action$='/review/{case}/finish/'] button")
    if "/approval/" not in page.url:
        raise CheckFailedError("the review could not be finished: " + page.inner_text(".notice.error"))


def _answered(page: Page) -> None:
    """What was sent has been answered in place: saved, or refused with what was typed."""
    page.wait_for_selector("#panel:focus, #fields .error")
    if error := page.query_selector("#fields .error"):
        raise CheckFailedError(f"{page.url}: {error.inner_text()}")


def _drawn(page: Page, url: str) -> bool:
    page.goto(url)
    return page.query_selector("section.scan img") is not None and not page.query_selector(".finish ul li")


def _in_order(papers: dict) -> list:
    order = (
        "form_1", "form_2", "form_3", "form_4", "form_5", "form_6",
        "registry_certificate", "company_seal_certificate", "residence_certificate", "personal_seal_certificate",
    )  # fmt: skip
    return [(kind, papers[kind]) for kind in order]


def _values(company: TourCompany) -> dict[str, str]:
    person = company.applicant
    return {
        "contact_name": company.contact[1],
        "contact_email": company.contact[2],
        "billing_department": company.billing[0],
        "billing_name": company.billing[1],
        "billing_email": company.billing[2],
        "email": person.email,
        "name_romaji": person.romaji,
        "postal_code": person.postal_code,
        "company_postal_code": company.postal_code,
        "user_id_email": person.email,
        "company_name": company.name,
        "head_office": company.address,
        "representative_title": company.representative_title,
        "representative_name": company.representative,
        "company_number": company.corporate_number[1:],
        "name": person.name,
        "address": person.address,
        "birth_date": birth_wareki(person.birth),
        "name_kana": person.kana,
        "listed_name_1": person.name,
        "corporate_number": company.corporate_number,
        "registry_kind": "history",
        "explanation_version": "第3版",
        "explanation_date": "令和8年10月1日",
    }


def approve(tour: Tour, case: str, *, pictures: bool) -> None:
    """Step 3: the second person; the first one is refused."""
    page = tour.staff("shonin")
    page.goto(f"{tour.portal}/approval/{case}/")
    if pictures:
        tour.stage.shot(page, "approval-what-was-checked", whole=True)
    page.goto(f"{tour.portal}/approval/{case}/approve/")
    for box in page.query_selector_all("[name=confirmations]"):
        box.check()
    press(page, "main form button.primary")
    if pictures:
        tour.stage.shot(page, "approved")


def post_letter(
    tour: Tour, company: TourCompany, token: UserToken, item_number: str, *, pictures: bool
) -> tuple[str, str]:
    """Step 5. Returns application number and 申請PIN as the holder reads them."""
    page = tour.staff("hasso")
    page.goto(f"{tour.portal}/token-stock/receive/")
    page.fill("[name=name]", f"N-{token.serial}")
    page.fill("[name=count]", "1")
    page.fill("[name=serials]", token.serial)
    press(page, "main button.primary")
    wait_until(lambda: _reserved(page, tour, token.serial), "the token is set aside", seconds=90)
    page.goto(f"{tour.portal}/mailroom/print/")
    page.fill("[name=witness]", "山本 次郎")
    if pictures:
        tour.stage.shot(page, "print-run")
    token_value = page.input_value("main form.card [name=csrf_token]")
    piece = page.get_attribute("[name=piece]", "value") or ""
    answer = page.request.post(
        f"{tour.portal}/mailroom/print/", form={"csrf_token": token_value, "witness": "山本 次郎", "piece": piece}
    )
    if answer.headers["content-type"] != "application/pdf" or "no-store" not in answer.headers["cache-control"]:
        raise CheckFailedError(f"the print run answered {answer.status}")
    sheet = tour.stage.keep("approval-notice.pdf", answer.body())
    pdf_pictures(sheet)
    text = pdf_text(answer.body(), layout=True)
    for name in (company.applicant.name.split("　")[0], company.name):
        if name not in text:
            raise CheckFailedError(f"{name} does not come back from the letter")
    number, letter, pin = (re.search(pattern, text)[0] for pattern in (r"A-\d{4}-\d{6}-\d", r"L-\d{4}-\d{6}", PIN))
    page.goto(f"{tour.portal}/mailroom/enclose/")
    if pictures:
        page.fill("[name=letter_code]", f"L1:{letter}")
        page.fill("[name=token_serial]", "0000000000000000")
        press(page, "main button.primary")
        tour.stage.shot(page, "wrong-pair-stops")
    page.fill("[name=letter_code]", f"L1:{letter}")
    page.fill("[name=token_serial]", token.serial)
    press(page, "main button.primary")
    page.goto(f"{tour.portal}/mailroom/?tab=enclosed")
    press(page, "tbody a.btn.primary")
    page.fill("[name=item_number]", item_number)
    page.fill("[name=item_number_again]", item_number)
    page.fill("[name=grams]", "86")
    page.select_option("[name=shape]", "定形外(規格内)")
    if pictures:
        tour.stage.shot(page, "posting")
    press(page, "main form button.primary")
    page.goto(f"{tour.portal}/mailroom/?tab=posted")
    press(page, "tbody a.btn.primary")
    press(page, "main form button.primary")
    page.goto(f"{tour.portal}/mailroom/?tab=delivered")
    if pictures:
        tour.stage.shot(page, "delivered")
    return number, pin


def _reserved(page: Page, tour: Tour, serial: str) -> bool:
    page.goto(f"{tour.portal}/mailroom/")
    return serial in page.inner_text("main")


def enrol(
    tour: Tour, company: TourCompany, token: UserToken, number: str, pin: str, *, key: str, pictures: bool
) -> Path:
    """Step 6: WEB申請, ダウンロードPIN by e-mail, certificate onto the token. Returns the certificate (PEM)."""
    page = tour.stage.window(f"holder-{company.item_number}", f"{tour.site}/enrol/")
    page.fill("[name=number]", number)
    page.fill("[name=pin]", pin[:-1] + ("2" if pin[-1] != "2" else "3"))
    press(page, "main button.primary")
    if pictures:
        tour.stage.shot(page, "typing-error-costs-nothing")
    page.fill("[name=pin]", pin)
    press(page, "main button.primary")
    if pictures:
        tour.stage.shot(page, "consent-and-preview")
        tour.stage.also(page, "consent", phone=True)
    page.check("[name=contents]")
    page.check("[name=matters]")
    page.check("[name=terms]")
    press(page, "main button.primary")
    if pictures:
        tour.stage.shot(page, "look-into-your-mail")
    text = tour.mailbox.wait_for(company.applicant.email, number)
    secret = tour.system.var / "download-pin"
    secret.write_text(PIN.search(text)[0])
    time.sleep(1)
    output = cectrust(
        token,
        "enrol",
        "--server",
        tour.site,
        "--application-number",
        number,
        "--download-pin-file",
        str(secret),
        "--key",
        key,
    )
    secret.unlink()
    return tour.stage.keep(f"enrol-{key}.txt", output.encode())


def cectrust(token: UserToken, *arguments: str) -> str:
    """Run the client on the holder's computer."""
    command = [sys.executable, "-m", "app.client", *arguments, "--module", MODULE, "--token-serial", token.serial]
    done = subprocess.run(
        [*command, "--pin-file", str(token.pin_file)],
        env=token.environment(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    if done.returncode:
        raise CheckFailedError(f"cectrust {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
