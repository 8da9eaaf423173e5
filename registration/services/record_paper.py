"""What stands on a paper is recorded, exactly as it stands there."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.core.wareki import DateError, parse_date
from models.applications import Application
from models.enums import PaperKind
from models.papers import Paper
from registration import decision_queries, queries
from registration.errors import PaperFieldError
from registration.rules.checklist import fields_of
from registration.rules.field_values import checked_value, corporate_number_of
from registration.services.company_steps import settle_corporate_number
from registration.services.name_steps import refresh_certificate_name
from registration.services.notice_steps import papers_came
from registration.services.sharing import carry_to_others, lock_with_sharing
from registration.services.sheet_steps import declare_absent, end_use, forget, new_sheet, use_sheet
from registration.services.steps import refresh_search_key, work_on


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What the officer typed."""

    is_present: bool = True
    issued_on_text: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    received_on: date | None = None  # of a paper that was missing until now; the envelope's day if left out


def record_paper(paper_id: UUID, record: PaperRecord, *, actor: Actor, now: datetime) -> None:
    """Record a paper's fields and its date of issue.

    Raises:
        DateError: a date cannot be read; `field` is `issued_on` or the field's code.
        PaperFieldError: an issue date after receipt, or a field as `registration.rules.field_values` refuses it.
        NameCharacterError, CorporateNumberError: a field is wrong; `field` says which.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
        StaleError: another case began to use the same sheet at this very moment.
    """
    application_id = queries.get_paper(paper_id).application_id
    with transaction():
        case, others = lock_with_sharing(application_id, paper_id)
        work_on(case, actor=actor, now=now)
        paper = next(each for each in case.papers if each.id == paper_id)
        if not record.is_present:
            _declare_missing(paper, actor=actor, now=now)
        else:
            if paper.sheet is None:
                day = record.received_on or case.received_on
                sheet = new_sheet(case.envelope_id, paper.kind, received_on=day, actor=actor, now=now)
                forget(paper)  # what was found on a sheet that went back says nothing of this one
                use_sheet(case, paper, sheet, now=now)
                papers_came(case, [paper.id], day, actor=actor, now=now)
            _fill(paper, case, record)
            carry_to_others(paper, others, actor=actor, now=now)
        paper.recorded_by, paper.recorded_at = actor.id, now
        _carry_over(case, paper, actor=actor, now=now)
        refresh_search_key(case)
        audit.record(
            "paper:record",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"paper": paper.kind, "present": record.is_present, "issued_on": paper.issued_on},
        )


def _declare_missing(paper: Paper, *, actor: Actor, now: datetime) -> None:
    sheet = paper.sheet
    paper.issued_on, paper.issued_on_text, paper.fields = None, "", {}
    if sheet is None:
        return
    is_shared = any(use.until is None and use.paper_id != paper.id for use in sheet.uses)
    if not is_shared and not paper.scans:
        declare_absent(sheet, actor=actor, now=now)
    end_use(paper, now=now)


def _fill(paper: Paper, case: Application, record: PaperRecord) -> None:
    assert paper.received_on is not None  # it has a sheet
    paper.issued_on_text = record.issued_on_text.strip()
    paper.issued_on = None
    if paper.issued_on_text:
        try:
            paper.issued_on = parse_date(paper.issued_on_text).date
        except DateError as error:
            error.field = "issued_on"
            raise
        if paper.issued_on > paper.received_on:
            raise PaperFieldError("issued-after-receipt", field="issued_on")
    fields = {}
    for spec in fields_of(paper.kind, case.profile_version, queries.listed_positions(case)):
        value = record.fields.get(spec.code, "").strip()
        if value:
            fields[spec.code] = checked_value(spec, value)
    paper.fields = fields


def _carry_over(case: Application, paper: Paper, *, actor: Actor, now: datetime) -> None:
    """The papers are the source of what the case says of company and applicants; the forms only ask."""
    fields = paper.fields
    if paper.kind is PaperKind.REGISTRY_CERTIFICATE and (number := fields.get("company_number")):
        settle_corporate_number(case, corporate_number_of(number), actor=actor, now=now)
    if paper.kind is PaperKind.REGISTRY_CERTIFICATE and fields and decision_queries.company_may_be_filled_in(case):
        company = case.company
        company.address = fields.get("head_office", company.address)
        company.postal_code = fields.get("company_postal_code", company.postal_code)
        company.representative_title = fields.get("representative_title", company.representative_title)
        company.representative_name = fields.get("representative_name", company.representative_name)
    applicant = paper.applicant
    if applicant is None or not fields:
        return
    if paper.kind is PaperKind.RESIDENCE_CERTIFICATE:
        applicant.name = fields.get("name", applicant.name)
        applicant.address = fields.get("address", applicant.address)
        applicant.former_surname = fields.get("former_surname", "")
        applicant.common_name = fields.get("common_name", "")
        if birth := fields.get("birth_date"):
            applicant.birth_date = date.fromisoformat(birth)
        refresh_certificate_name(case, applicant)
    elif paper.kind is PaperKind.FORM_5:
        applicant.email = fields.get("email", applicant.email)
        applicant.postal_code = fields.get("postal_code", applicant.postal_code)
        applicant.name_kana = fields.get("name_kana", applicant.name_kana)
        applicant.name_romaji = fields.get("name_romaji", applicant.name_romaji)
    elif paper.kind is PaperKind.FORM_6:
        applicant.user_id_email = fields.get("user_id_email", applicant.user_id_email)
