"""Error codes of services as sentences that say what to do next.

Each room adds its own in `admin/messages_<room>.py`: a dict MESSAGES from code to lazy_gettext text, whose placeholders
are the error's fields.
"""

import pkgutil
from datetime import datetime
from importlib import import_module

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

import admin
from admin.words import WORDS as STATES
from app.core.clock import to_tokyo
from app.core.errors import DomainError
from models.enums import ApplicationStatus, DisclosureStatus, DisposalStatus, MailPieceStatus, PrintRunStatus

COMMON = {
    "not-found": _l("This entry does not exist, or no longer. Go back to the list and look again."),
    "stale": _l("Somebody else changed this in the meantime. Read it again before you decide."),
    "illegal-transition": _l(
        "In its present state (%(current)s) this is not possible. Reload the page to see where it stands."
    ),
    "signer-unavailable": _l(
        "The signing service does not answer. Nothing was changed. Try again in a minute; tell the CA operator if it goes on."
    ),
    "signer-refused": _l("The signing service refused the request. Nothing was changed. Tell the CA operator."),
    "blob-not-found": _l("The stored document is missing. Tell the CA operator at once."),
    "blob-damaged": _l("The stored document is damaged and was not opened. Tell the CA operator at once."),
    "date-not-understood": _l("“%(text)s” is no date that we can read. Write 令和8年11月22日, R8.11.22 or 2026-11-22."),
    "date-day-missing": _l("The day is missing in “%(text)s”. Type the whole date as on the paper."),
    "date-no-such-day": _l("There is no such day as “%(text)s”. Look at the paper again."),
    "date-before-era": _l("“%(text)s” lies before the first day of %(era)s (%(start)s). Look at the era on the paper."),
    "item-number-format": _l("A postal item number has 11 digits (###-##-#####-#) or 12. Scan or type it again."),
    "item-number-check-digit": _l(
        "The check digit is wrong: it should be %(expected)s. Compare with the label, digit by digit."
    ),
    "item-number-zero": _l("This number has only zeros. Scan or type it again."),
    "corporate-number-format": _l("This number needs %(length)s digits."),
    "corporate-number-leading-zero": _l("A corporate number never begins with 0."),
    "corporate-number-check-digit": _l(
        "The check digit of the corporate number is wrong: it should be %(expected)s. Compare with the paper."
    ),
    "name-character": _l(
        "Character %(position)s (%(character)s) cannot stand in a name. Type the character as on the paper; "
        "if it has no code, ask the supervisor for the substitution list."
    ),
}


def messages() -> dict[str, object]:
    """Every code with its text, of all rooms."""
    found: dict[str, object] = dict(COMMON)
    for module in pkgutil.iter_modules(admin.__path__):
        if module.name.startswith("messages_"):
            found |= import_module(f"admin.{module.name}").MESSAGES
    return found


def sentence(error: DomainError) -> str:
    """What to tell the person in front of the screen."""
    text = messages().get(error.code)
    if text is None:
        return gettext("This is not possible (%(code)s). Tell the administrator.", code=error.code)
    if not error.fields:
        return str(text)
    said = {name: _spoken(name, value) for name, value in error.fields.items()}
    if error.code == "illegal-transition":
        said["current"] = _state(error)
    return str(text) % said


# What the errors of a state machine call it → the type of its states; the machines of issuance are called by that type.
MACHINES = {
    "application": ApplicationStatus,
    "disclosure": DisclosureStatus,
    "disposal": DisposalStatus,
    "mail-piece": MailPieceStatus,
    "print-run": PrintRunStatus,
}
SETTLED = {"outcome": _l("settled")}  # the only state of its machine in which something is not possible


def _state(error: DomainError) -> str:
    """The word for the state in which something is not possible."""
    machine, current = str(error.fields.get("machine")), str(error.fields.get("current"))
    type_name = MACHINES[machine].__name__ if machine in MACHINES else machine
    found = (text for member, text, _tint in STATES if type(member).__name__ == type_name and str(member) == current)
    return str(next(found, SETTLED.get(machine, current)))


def _spoken(name: str, value: object) -> object:
    """A field of an error as people say it: a moment on a clock in Japan, a code by its word if a room has one."""
    if isinstance(value, datetime):
        return to_tokyo(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return "、".join(str(_spoken(name, each)) for each in value)
    for module in pkgutil.iter_modules(admin.__path__):
        if module.name.startswith("messages_"):
            known = getattr(import_module(f"admin.{module.name}"), "WORDS", {}).get(name, {})
            if isinstance(value, str) and value in known:
                return known[value]
    return value
