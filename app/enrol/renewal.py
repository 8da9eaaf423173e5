"""Renewal: what is possible for whom, and the holder's program that asks for the next certificate."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.wareki import DateError, parse_date
from app.enrol.messages import both_languages
from app.security import PIN_LIMIT, limiter, machine, public
from app.signer import SignerUnavailableError
from issuance.rules.renewal import Policy, Present, Refusal, online_until, opens_on, refusal
from issuance.rules.validity import latest_renewal_expiry
from issuance.services.open_renewal import open_renewal
from models.enums import CertificateStatus

# registration.rules.required_papers of a renewal, as a person applying for a certificate meets them
PAPERS = (
    _l("Form 3: list of certificate applicants"),
    _l("Form 5: certificate application"),
    _l("Residence certificate"),
    _l("Personal seal certificate"),
)
renewal = Blueprint("renewal", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is possible for a certificate of which only the days are known."""

    refusal: Refusal | None
    opens_on: date
    ends_on: date
    latest: date  # by law
    reaches: date | None


@renewal.get("/enrol/renew")
@public
def show() -> ResponseReturnValue:
    """How a certificate is renewed. With two days in the address: which way is open for such a certificate."""
    given = {name: request.args.get(name, "")[:40] for name in ("papers", "end")}
    errors: dict[str, bool] = {}
    days: dict[str, date] = {}
    for name, text in given.items():
        try:
            days[name] = parse_date(text).date
        except DateError:
            errors[name] = any(given.values())
    if len(days) == len(given) and days["end"] < days["papers"]:
        errors["end"] = True
    answer = None if any(errors.values()) or len(days) < len(given) else _answer(days["papers"], days["end"])
    page = render_template(
        "enrol/renew.html",
        given=given,
        errors=errors,
        answer=answer,
        policy=policy(),
        papers=PAPERS,
        server=current_app.extensions["settings"].public_url,  # whatever name the request came by
    )
    return page, 422 if any(errors.values()) else 200


@renewal.post("/api/holder/renewal")
@limiter.limit(PIN_LIMIT)
@machine
def post_renewal() -> ResponseReturnValue:
    """A signed application for a renewal. Answers 201: the ダウンロードPIN is on its way to form 5's address."""
    given = request.get_json(silent=True)
    body: dict[str, Any] = given if isinstance(given, dict) else {}
    try:
        signature = base64.b64decode(str(body.get("signature", "")), validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    statement = str(body.get("statement", "")).encode("utf-8", "replace")
    try:
        opened = open_renewal(statement, signature, policy=policy(), now=clock.now())
    except DomainError as error:
        db.session.rollback()
        status = 503 if isinstance(error, SignerUnavailableError) else 422
        return {"error": error.code, "message": both_languages(error)}, status
    return {
        "status": "opened",
        "application_number": opened.application_number,
        "email": _masked(opened.email),
    }, 201


def policy() -> Policy:
    """What this installation allows."""
    settings = current_app.extensions["settings"]
    return Policy(settings.renewal_window_days, settings.renewal_least_days)


def _answer(papers: date, end: date) -> Answer:
    allowed = policy()
    present = Present(CertificateStatus.ACTIVE, ends_on=end, anchor=papers)
    return Answer(
        refusal(present, clock.today(), allowed),
        opens_on(end, allowed),
        end,
        latest_renewal_expiry(papers),
        online_until(end, papers, allowed),
    )


def _masked(address: str) -> str:
    """Enough of an address to recognise it."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}{'•' * max(1, len(local) - 2)}@{domain}"
