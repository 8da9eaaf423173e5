"""Every page that a menu leads to, on a telephone, in both languages: nothing is wider than the window, nothing fails."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.tour.checks import CheckFailedError
from tests.tour.desk import Tour
from tests.tour.stage import DESK, PHONE

PORTAL = (
    "/", "/applications/", "/mailroom/", "/mailroom/?tab=delivered", "/emails/", "/outbox/", "/certificates/", "/tokens/",
    "/authority/", "/billing/", "/invoices/", "/companies/", "/company-accounts/", "/customers/", "/audit/", "/jobs/",
    "/password",
)  # fmt: skip
PUBLIC = (
    "/",
    "/enrol/",
    "/verify/",
    "/environment",
    "/downloads",
    "/help",
    "/cps",
    "/login",
    "/request-link",
    "/nothing",
)
CUSTOMER = ("/contracts/", "/contracts/?title=x", "/originals/", "/invoices/", "/account", "/password")
USER_ID = ("/contracts/", "/contracts/new", "/contracts/certificates/", "/originals/", "/account")


def look_at_every_page(tour: Tour, company_id: str, user_id: str, sign_in: Callable[[Tour, str], Page]) -> None:
    """Open them all; what is wrong becomes a complaint of the stage, an error of the server ends the tour."""
    rounds = (
        (tour.staff("kansa"), tour.portal, PORTAL),
        (
            tour.staff("hasso"),
            tour.portal,
            ("/mailroom/print/", "/mailroom/enclose/", "/token-stock/", "/token-stock/receive/", "/so-pins/"),
        ),
        (tour.stage.window("anybody", tour.site), tour.site, PUBLIC),
        (sign_in(tour, company_id), tour.site, CUSTOMER),
        (sign_in(tour, user_id), tour.site, USER_ID),
    )
    for page, server, paths in rounds:
        page.set_viewport_size(PHONE)
        for path in paths:
            for language in ("ja", "en"):
                _open(tour, page, f"{server}{path}{'&' if '?' in path else '?'}lang={language}")
        page.set_viewport_size(DESK)
        page.goto(f"{server}/?lang=ja")


def _open(tour: Tour, page: Page, address: str) -> None:
    answer = page.goto(address)
    if answer is None or (answer.status >= 400 and "/nothing" not in address):
        raise CheckFailedError(f"{address} answered {answer.status if answer else 'nothing'}")
    tour.stage.check_width(page, address)
