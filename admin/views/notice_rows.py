"""The list of a notice's page: one row for each thing that may be asked, as offered or as typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.wareki import format_wareki
from mailings.letters.wording import what_is_wrong
from models.enums import Remedy
from models.papers import Paper
from registration.notice_proposals import Proposal
from registration.rules.notices import DATED, OTHER, NoticeError
from registration.services.write_notice import AskedItem


@dataclass(frozen=True, slots=True)
class Row:
    """One row with what is ticked and typed in it."""

    key: str
    paper: Paper
    is_other: bool
    wrong: str  # as the letter says it
    remedies: tuple[Remedy, ...]
    is_asked: bool
    remedy: Remedy
    goes_back: bool
    words: str


def rows(offers: list[Proposal], typed: Any | None) -> list[Row]:
    """The rows. Faults are ticked at first; what was typed stays."""
    return [_row(each, typed) for each in offers]


def _row(offer: Proposal, typed: Any | None) -> Row:
    is_other = offer.code == OTHER
    day = format_wareki(date.fromisoformat(offer.detail)) if offer.code in DATED and offer.detail else ""
    wrong = what_is_wrong(offer.code, offer.detail, day=day)
    if typed is None:
        return Row(
            offer.key,
            offer.paper,
            is_other,
            wrong,
            offer.remedies,
            not is_other,
            offer.remedies[0],
            offer.goes_back,
            offer.words,
        )
    return Row(
        offer.key,
        offer.paper,
        is_other,
        wrong,
        offer.remedies,
        offer.key in typed.getlist("ask"),
        _remedy(offer, typed),
        f"back-{offer.key}" in typed,
        typed.get(f"words-{offer.key}", ""),
    )


def asked(offers: list[Proposal], typed: Any) -> tuple[AskedItem, ...]:
    """What was ticked.

    Raises:
        NoticeError: something that is not offered any more (`notice-not-askable`).
    """
    known: Mapping[str, Proposal] = {each.key: each for each in offers}
    ticked = set(typed.getlist("ask"))
    if not ticked <= set(known):
        raise NoticeError("notice-not-askable")
    return tuple(
        AskedItem(
            each.paper.id,
            each.code,
            _remedy(each, typed),
            each.detail,
            typed.get(f"words-{each.key}", "").strip(),
            f"back-{each.key}" in typed,
        )
        for each in offers
        if each.key in ticked
    )


def _remedy(offer: Proposal, typed: Any) -> Remedy:
    chosen = typed.get(f"remedy-{offer.key}", "")
    return Remedy(chosen) if chosen in set(Remedy) else offer.remedies[0]
