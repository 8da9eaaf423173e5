"""Every page that a menu leads to and every kind of page behind it: none is wider than a telephone, none fails, each leaves a picture."""

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error, Page

from deploy.sample import PEOPLE
from tests.tour.desk import Tour
from tests.tour.stage import DESK, PHONE

PUBLIC = ("/", "/login", "/request-link", "/nothing")
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-F]{20,}|\d+|[CU]\d+")
# Reached from a page that a person looks at anyway; "/logout" is a button, other servers are not ours.
LEAVES = re.compile(r"/(static|pages|scans?|thumbnails?)/|\.(png|svg|pdf|csv|crl|crt|cer|der|pem|p7c|whl|xml|zip|txt)$")
LINKS = "#menu a[href], nav.rooms a[href], main a[href]"
MAX_PAGES = 160


def look_at_every_page(tour: Tour, company_id: str, user_id: str, sign_in: Callable[[Tour, str], Page]) -> None:
    """Follow the links of every member of staff, of the public and of both kinds of customer's ID.

    What is wrong becomes a complaint of the stage.
    """
    portal: set[str] = set()
    for email, _name, role in PEOPLE:
        _follow(tour, tour.staff(email.partition("@")[0]), tour.portal, role.value, ("/",), portal)
    _follow(tour, tour.stage.window("anybody", tour.site), tour.site, "public", PUBLIC, set())
    _follow(tour, sign_in(tour, company_id), tour.site, "company-id", ("/contracts/",), set())
    _follow(tour, sign_in(tour, user_id), tour.site, "user-id", ("/contracts/",), set())


def _follow(tour: Tour, page: Page, server: str, who: str, first: tuple[str, ...], looked_at: set[str]) -> None:
    """Breadth first; of the pages of one kind (the same address but for its numbers) the first one.

    What a colleague has looked at before is only asked for.
    """
    waiting, seen = deque(first), {_kind(path) for path in first}
    opened = 0
    while waiting and opened < MAX_PAGES:
        path = waiting.popleft()
        opened += 1
        known = path != "/" and _kind(path) in looked_at
        looked_at.add(_kind(path))
        for found in _ask(tour, page, server, who, path) if known else _look(tour, page, server, who, path):
            if _kind(found) not in seen:
                seen.add(_kind(found))
                waiting.append(found)
    page.set_viewport_size(DESK)
    page.goto(f"{server}/?lang=ja")


def _look(tour: Tour, page: Page, server: str, who: str, path: str) -> list[str]:
    """Open one page in both languages and both widths. Returns where it leads to."""
    links: list[str] = []
    name = f"{who}{re.sub(r'[^a-z0-9]+', '-', _kind(path).lower()).rstrip('-') or '-home'}"
    for language, size in (("ja", DESK), ("en", PHONE)):
        page.set_viewport_size(size)
        address = f"{server}{path}{'&' if '?' in path else '?'}lang={language}"
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                return links  # a document, not a page
            raise
        if answer is None or (answer.status >= 400 and path != "/nothing"):
            tour.stage.complaints.append(f"{who}: {address} answered {answer.status if answer else 'nothing'}")
            return links
        tour.stage.check_width(page, f"{who}: {address}")
        tour.stage.page_picture(page, f"{name}-{size['width']}-{language}")
        links = [*links, *_links(page, server)]
    return links


def _ask(tour: Tour, page: Page, server: str, who: str, path: str) -> list[str]:
    """Fetch one page without drawing it. Nobody is led to a page that refuses them."""
    answer = page.request.get(f"{server}{path}")
    if answer.status >= 400:
        tour.stage.complaints.append(f"{who}: {path} answered {answer.status}")
    return []


def _links(page: Page, server: str) -> list[str]:
    """The addresses on this server that the page leads to, without language and place in the page."""
    found = []
    for href in page.eval_on_selector_all(LINKS, "links => links.map(link => link.getAttribute('href'))"):
        parts = urlsplit(urljoin(page.url, href))
        if f"{parts.scheme}://{parts.netloc}" != server or LEAVES.search(parts.path):
            continue
        query = "&".join(each for each in parts.query.split("&") if each and not each.startswith("lang="))
        found.append(parts.path + (f"?{query}" if query else ""))
    return found


def _kind(path: str) -> str:
    """The address with its numbers and values taken out: pages of one kind look alike."""
    parts = urlsplit(path)
    names = sorted(each.partition("=")[0] + ("=" + each.partition("=")[2] if each.startswith("tab=") else "")
                   for each in parts.query.split("&") if each)  # fmt: skip
    return IDENTIFIER.sub("x", parts.path) + ("?" + "&".join(names) if names else "")
