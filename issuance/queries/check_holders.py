"""What the approved case said of holder and company when a certificate was built, for `flask ca check`."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from issuance.rules.holder_check import Approved, Change
from models.applications import Applicant, Application
from models.changes import CompanyChange
from models.companies import Company

FIELDS = ("name", "name_romaji", "address", "corporate_number")  # of a company, that stand in certificates


class ApprovedReader:
    """Companies of some certificates with what was changed in them, by two queries."""

    def __init__(self, company_ids: Collection[UUID]) -> None:
        columns = [getattr(Company, code) for code in FIELDS]
        self._companies: dict[UUID, dict[str, str]] = {}
        for key, *values in db.session.execute(select(Company.id, *columns).where(Company.id.in_(company_ids))):
            self._companies[key] = {code: value or "" for code, value in zip(FIELDS, values, strict=True)}
        self._changes: dict[UUID, list[Change]] = {}
        for key, code, old, new, applied_at in db.session.execute(
            select(
                Application.company_id,
                CompanyChange.field,
                CompanyChange.old_value,
                CompanyChange.new_value,
                CompanyChange.applied_at,
            )
            .join(Application, Application.id == CompanyChange.application_id)
            .where(
                Application.company_id.in_(company_ids),
                CompanyChange.field.in_(FIELDS),
                CompanyChange.applied_at.is_not(None),
            )
        ):
            if applied_at is not None:
                self._changes.setdefault(key, []).append(Change(code, old, new, applied_at))

    def of(self, applicant: Applicant, application: Application, moment: datetime | None) -> Approved:
        """What a certificate of this applicant had to say that was built at a moment."""
        return Approved(
            number=applicant.number,
            name=applicant.certificate_name or applicant.name,
            name_romaji=applicant.name_romaji,
            company=self._companies[application.company_id],
            changes=self._changes.get(application.company_id, ()),
            moment=moment,
        )
