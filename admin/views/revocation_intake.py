"""Entering a request for revocation: from what was chosen and typed to what the service takes."""

from datetime import datetime, time
from typing import Any

from flask import current_app, request

from admin.forms.revocations import ReceiveForm, WayForm
from admin.messages import sentence
from app.core import clock
from app.core.clock import TOKYO
from app.core.errors import DomainError
from issuance.rules.revocation_policy import Terms, terms_of
from issuance.services.receive_revocation import RequestDetails
from models.enums import RevocationAsker, RevocationChannel


def chosen(way: WayForm) -> tuple[RevocationAsker, RevocationChannel, Terms | None]:
    """What was chosen in the first step, and what it needs; no terms: the first step again."""
    nothing = (RevocationAsker.HOLDER, RevocationChannel.PAPER, None)
    if not (request.args.get("way") or request.args.get("circumstance")) or not way.validate():
        return nothing
    asker, channel = way.way.data.split(":")
    asked_by, by = RevocationAsker(asker), RevocationChannel(channel)
    try:
        return asked_by, by, terms_of(asked_by, by, way.circumstance.data)
    except DomainError as error:
        way.form_errors.append(sentence(error))
        return nothing


def asker_name(asked_by: RevocationAsker, context: dict[str, Any]) -> str:
    """Who it most likely is."""
    if asked_by is RevocationAsker.AUTHORITY:
        return str(current_app.extensions["settings"].issuer_name)
    names = {RevocationAsker.HOLDER: context["holder"].name, RevocationAsker.COMPANY: context["company"].name}
    return str(names.get(asked_by, ""))


def details_of(
    form: ReceiveForm, asked_by: RevocationAsker, channel: RevocationChannel, circumstance: str
) -> RequestDetails:
    """The request as it was typed."""
    day, now = form.received_on.day, clock.now()
    assert day is not None  # validated
    return RequestDetails(
        asked_by=asked_by,
        asker_name=form.asker_name.data or "",
        channel=channel,
        circumstance=circumstance,
        asked_at=now if day == clock.today() else datetime.combine(day, time(), TOKYO),
        explanation=form.explanation.data or "",
        papers=tuple(form.papers.data or ()),
        call_back=form.call_back.data or "",
        invalid_since=form.since_moment(),
    )
