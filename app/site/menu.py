"""What the layout asks for: the menu's entries for this person."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.security import current_customer
from models.enums import CustomerKind

EVERYBODY = frozenset({"nobody", CustomerKind.COMPANY_ID, CustomerKind.USER_ID})
CUSTOMERS = frozenset({CustomerKind.COMPANY_ID, CustomerKind.USER_ID})
COMPANIES = frozenset({CustomerKind.COMPANY_ID})
VISITORS = frozenset({"nobody"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the menu."""

    label: LazyString
    url: str
    is_current: bool


# endpoint, words, for whom. An endpoint of a room that is not registered is left out.
ENTRIES = (
    ("contracts.index", _l("Contracts"), CUSTOMERS),
    ("archive.index", _l("Originals"), CUSTOMERS),
    ("billing.index", _l("Invoices"), COMPANIES),
    ("accounts.overview", _l("Account"), CUSTOMERS),
    ("enrol.start", _l("Get a certificate"), VISITORS),
    ("renewal.show", _l("Renew"), VISITORS),
    ("verification.index", _l("Verify a document"), EVERYBODY),
    ("site.environment", _l("Requirements"), VISITORS),
    ("site.downloads", _l("Downloads"), VISITORS),
    ("site.help_desk", _l("Help desk"), EVERYBODY),
)


def site_menu() -> list[Entry]:
    """The menu of the person who looks at the page, in order."""
    customer = current_customer()
    person = customer.kind if customer else "nobody"
    here = (request.endpoint or "").partition(".")
    return [
        Entry(label, url_for(endpoint), request.endpoint == endpoint or _is_room(endpoint, here[0]))
        for endpoint, label, people in ENTRIES
        if person in people and has_page(endpoint)
    ]


def has_page(endpoint: str) -> bool:
    """Whether the site has this page: the rooms register themselves."""
    return endpoint in current_app.view_functions


def _is_room(endpoint: str, blueprint: str) -> bool:
    return blueprint not in {"site", ""} and endpoint.partition(".")[0] == blueprint
