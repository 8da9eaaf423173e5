"""Deficiency notices on a case of the desk."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from models.enums import PaperKind, Remedy
from registration import queries
from registration.rules.notices import default_due
from registration.rules.recipients import Recipient
from registration.services.write_notice import AskedItem, NoticeDraft, write_notice

RECIPIENT = Recipient(
    "株式会社髙﨑建設",
    "総務部契約課",
    "葛󠄀城 葵",
    "contact@example.jp",
    "317-0055",
    "茨城県日立市宮田町六丁目7番14号",
)


def papers_of(case: UUID) -> dict[PaperKind, UUID]:
    """Ids of a case's papers."""
    return {paper.kind: paper.id for paper in queries.get_case(case).papers}


def draft(
    case: UUID, *items: AskedItem, due_on: date | None = None, recipient: Recipient = RECIPIENT, remark: str = ""
) -> NoticeDraft:
    """What an officer put together."""
    return NoticeDraft(items, due_on or default_due(clock.today()), recipient, remark)


def ask(  # noqa: PLR0913, PLR0917
    case: UUID,
    kind: PaperKind,
    code: str = "other",
    remedy: Remedy = Remedy.SEND_NEW,
    detail: str = "",
    words: str = "ご確認ください。",
    *,
    goes_back: bool = False,
) -> AskedItem:
    """One ticked thing."""
    return AskedItem(papers_of(case)[kind], code, remedy, detail, words, goes_back)


def notice_on(case: UUID, officer: Actor, *, back: bool = True) -> UUID:
    """A notice of two things: a form that goes back to be corrected, and a question."""
    items = (
        ask(case, PaperKind.FORM_5, "not-ok", Remedy.CORRECT, "filled-in", goes_back=True)
        if back
        else ask(case, PaperKind.FORM_5, "not-ok", Remedy.SEND_NEW, "filled-in"),
        ask(case, PaperKind.FORM_4, remedy=Remedy.EXPLAIN, words="部署名をご確認ください。"),
    )
    wanted = draft(case, *items)
    db.session.rollback()
    return write_notice(case, wanted, actor=officer, now=clock.now())


def run_jobs(*names: str, times: int = 1) -> int:
    """Do what was promised under these names, so many times each; other promises stay."""
    from importlib import import_module  # noqa: PLC0415

    from app.jobs.registry import JOBS  # noqa: PLC0415
    from models.promises import Promise  # noqa: PLC0415

    assert set(names) <= set(JOBS)
    done = 0
    db.session.rollback()
    rows = db.session.query(Promise).filter(Promise.name.in_(names)).order_by(Promise.created_at).all()
    todo = [(row.name, str(row.subject_id)) for row in rows]
    db.session.rollback()
    for name, subject in todo:
        module, _, function = name.rpartition(".")
        job: Callable[[str], None] = getattr(import_module(module), function)
        for _time in range(times):
            job(subject)
            done += 1
    return done
