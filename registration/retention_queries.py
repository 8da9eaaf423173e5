"""Until when sheets must be kept: what the rules of retention need to know of the cases that used them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import any_, exists, func, select

from app.core.clock import day_in_tokyo
from app.core.db import db
from models.accounts import CompanyAccount
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.enums import (
    AccountStatus,
    ApplicationStatus,
    ChangeItem,
    DisposalStatus,
    SheetStatus,
)
from models.sheets import Disposal, DisposalItem, RetentionHold, Sheet, SheetUse
from registration.rules.required_papers import CECTRUST
from registration.rules.retention import CaseFacts, is_due, keep_sheet_until, last_day_closed

MOST = 200  # sheets on one list


def keep_until_of(sheet_ids: Collection[UUID]) -> dict[UUID, date | None]:
    """The last day of keeping of each sheet, over all its uses; None while it cannot be known."""
    uses = db.session.execute(
        select(SheetUse.sheet_id, SheetUse.application_id).where(SheetUse.sheet_id.in_(sheet_ids)).distinct()
    ).all()
    facts = _facts({case_id for _sheet_id, case_id in uses})
    return {
        sheet_id: keep_sheet_until([facts[case_id] for used, case_id in uses if used == sheet_id])
        for sheet_id in sheet_ids
    }


def cases_of(sheet_ids: Collection[UUID]) -> set[UUID]:
    """Every case that ever used one of the sheets."""
    return set(db.session.scalars(select(SheetUse.application_id).where(SheetUse.sheet_id.in_(sheet_ids))))


def held_back(sheet_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sheets on which a hold lies, because of any case that ever used them."""
    return set(
        db.session.scalars(
            select(SheetUse.sheet_id)
            .join(RetentionHold, RetentionHold.application_id == SheetUse.application_id)
            .where(SheetUse.sheet_id.in_(sheet_ids), RetentionHold.lifted_at.is_(None))
        )
    )


def list_due(today: date) -> list[tuple[Sheet, date]]:
    """Sheets that may be destroyed today, with the day until which they had to be kept; the longest kept first."""
    bound = last_day_closed(today)
    used_later = (
        select(SheetUse.id)
        .join(Application)
        .where(
            SheetUse.sheet_id == Sheet.id,
            Application.closed_on.is_(None) | (Application.closed_on >= bound),
        )
    )
    on_hold = (
        select(SheetUse.id)
        .join(RetentionHold, RetentionHold.application_id == SheetUse.application_id)
        .where(SheetUse.sheet_id == Sheet.id, RetentionHold.lifted_at.is_(None))
    )
    sheets = db.session.scalars(
        select(Sheet)
        .where(
            Sheet.status == SheetStatus.HELD,
            Sheet.received_on <= bound,
            exists(select(SheetUse.id).where(SheetUse.sheet_id == Sheet.id)),
            ~exists(used_later),
            ~exists(on_hold),
            ~exists(_proposed().where(DisposalItem.sheet_id == Sheet.id)),
        )
        .order_by(Sheet.received_on, Sheet.id)
        .limit(MOST)
    ).all()
    days = keep_until_of([sheet.id for sheet in sheets])
    due = [(sheet, day) for sheet in sheets if (day := days[sheet.id]) is not None and is_due(day, today)]
    return sorted(due, key=lambda pair: (pair[1], pair[0].number))


def find_proposal(sheet_id: UUID) -> UUID | None:
    """The open list of sheets to destroy on which this one stands, if any."""
    return db.session.scalar(_proposed().where(DisposalItem.sheet_id == sheet_id))


def _proposed():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return select(DisposalItem.disposal_id).join(Disposal).where(Disposal.status == DisposalStatus.PROPOSED)


def _facts(case_ids: Collection[UUID]) -> dict[UUID, CaseFacts]:
    cases = db.session.scalars(select(Application).where(Application.id.in_(case_ids))).all()
    expiries = _expiries(case_ids)
    ended = _contract_ends({case.company_id for case in cases})
    live = _live_accounts({case.company_id for case in cases})
    facts = {}
    for case in cases:
        days, awaits = expiries.get(case.id, ([], False))
        is_approved = case.status is ApplicationStatus.APPROVED
        is_cectrust = bool(CECTRUST & set(case.services))
        facts[case.id] = CaseFacts(
            status=case.status,
            closed_on=case.closed_on,
            expires_on=days,
            awaits_certificate=is_approved and awaits,
            has_live_account=is_approved and is_cectrust and case.company_id in live,
            contract_ended_on=ended.get(case.company_id) if is_approved and is_cectrust else None,
        )
    return facts


def _expiries(case_ids: Collection[UUID]) -> dict[UUID, tuple[list[date], bool]]:
    """For each case: the expiry of every certificate, and whether an applicant has none yet."""
    rows = db.session.execute(
        select(Applicant.application_id, Applicant.id, Applicant.wants_certificate, func.max(Certificate.not_after))
        .outerjoin(Certificate, Certificate.applicant_id == Applicant.id)
        .where(Applicant.application_id.in_(case_ids))
        .group_by(Applicant.application_id, Applicant.id, Applicant.wants_certificate)
    ).all()
    found: dict[UUID, tuple[list[date], bool]] = {}
    for case_id, _applicant_id, wants, latest in rows:
        days, awaits = found.get(case_id, ([], False))
        if latest is not None:
            days = [*days, day_in_tokyo(latest)]
        found[case_id] = days, awaits or (wants and latest is None)
    return found


def _contract_ends(company_ids: Collection[UUID]) -> dict[UUID, date]:
    rows = db.session.execute(
        select(Application.company_id, func.max(Application.closed_on))
        .where(
            Application.company_id.in_(company_ids),
            Application.status == ApplicationStatus.APPROVED,
            any_(Application.change_items) == ChangeItem.CANCELLATION.value,
        )
        .group_by(Application.company_id)
    )
    return {company_id: day for company_id, day in rows if day is not None}


def _live_accounts(company_ids: Collection[UUID]) -> set[UUID]:
    return set(
        db.session.scalars(
            select(CompanyAccount.company_id).where(
                CompanyAccount.company_id.in_(company_ids), CompanyAccount.status == AccountStatus.OPEN
            )
        )
    )
