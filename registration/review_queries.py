"""Reading what a review looks at beside single papers: comparisons, questions, what looks like the same thing twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.search import fold
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.enums import CertificateStatus, PaperKind, TokenStatus
from models.judgements import Judgement
from models.papers import Paper
from models.tokens import Token
from registration.rules.circumstances import (
    CERTIFICATE_NAME,
    CHOICE,
    NameChoice,
    Names,
    Question,
    chosen_name,
    circumstances,
)
from registration.rules.comparisons import Answer, Compared, PaperValues, compared
from registration.rules.duplicates import Notice, Person, duplicate_notices, duplicate_questions

FIRST_COMPARED = 2  # version of the checklist
LIVE = (
    CertificateStatus.INTENDED,
    CertificateStatus.ISSUED,
    CertificateStatus.ACTIVE,
    CertificateStatus.REVOCATION_REQUESTED,
    CertificateStatus.SUSPECT,
)
WITH_HOLDER = (TokenStatus.RESERVED, TokenStatus.ENCLOSED, TokenStatus.POSTED, TokenStatus.HELD, TokenStatus.ACTIVE)
_MOST = 200  # applicants of other cases of one company that are looked at


@dataclass(frozen=True, slots=True)
class Looks:
    """What is to be judged on a case, and what to know."""

    compared: list[Compared]
    questions: list[Question]
    notices: list[Notice]
    answers: Mapping[tuple[UUID | None, str], Answer]
    judgements: Mapping[tuple[UUID | None, str], Judgement]


def looks_of(case: Application) -> Looks:
    """Everything beside the single papers that the review of this case looks at."""
    judgements = {(each.paper_id, each.code): each for each in case.judgements}
    answers = {key: Answer(each.accepted, each.facts) for key, each in judgements.items()}
    if case.profile_version < FIRST_COMPARED:
        return Looks([], [], [], answers, judgements)
    here, elsewhere, envelope = _people(case)
    questions = circumstances(_names(case), seal_certificate_is_missing=_seal_certificate_is_missing(case))
    return Looks(
        compared(_values(case), answers),
        questions + duplicate_questions(here, elsewhere),
        duplicate_notices(here, elsewhere, envelope=envelope),
        answers,
        judgements,
    )


def listed_positions(case: Application) -> tuple[int, ...]:
    """Positions of the applicants whom form 3 lists: those who want a certificate."""
    return tuple(each.position for each in case.applicants if each.wants_certificate)


def chosen_certificate_name(case: Application, applicant: Applicant) -> str:
    """The name for the certificate before characters are substituted: the registered one, or the one that an officer chose.

    A choice counts only while the names are those on which it was made.
    """
    facts = {
        "name": applicant.name,
        "former_surname": applicant.former_surname,
        "common_name": applicant.common_name,
    }
    choice = NameChoice.REGISTERED.value
    for judgement in case.judgements:
        if judgement.code == f"{CERTIFICATE_NAME}:{applicant.position}" and facts.items() <= judgement.facts.items():
            choice = judgement.facts.get(CHOICE, choice)
    return chosen_name(choice, **facts)


def _values(case: Application) -> list[PaperValues]:
    return [
        PaperValues(paper.id, paper.kind, paper.applicant.position if paper.applicant else None, paper.fields)
        for paper in case.papers
        if paper.received_on is not None
    ]


def _names(case: Application) -> list[Names]:
    return [
        Names(each.position, each.name, each.former_surname, each.common_name)
        for each in case.applicants
        if each.wants_certificate
    ]


def _seal_certificate_is_missing(case: Application) -> bool:
    papers: list[Paper] = [each for each in case.papers if each.kind is PaperKind.COMPANY_SEAL_CERTIFICATE]
    return any(each.received_on is None for each in papers)


def _people(case: Application) -> tuple[list[Person], list[Person], list[str]]:
    """Applicants here, applicants of other cases of the company, and the other cases of the envelope."""
    here = [_person(each) for each in case.applicants if each.wants_certificate]
    other = aliased(Application)
    rows = db.session.execute(
        select(Applicant, other.number, other.closed_on.is_(None))
        .join(other, other.id == Applicant.application_id)
        .where(other.company_id == case.company_id, other.id != case.id)
        .order_by(other.received_on.desc())
        .limit(_MOST)
    ).all()
    ids = [applicant.id for applicant, _number, _is_open in rows]
    certificates = _by_applicant(Certificate.serial, Certificate, LIVE, ids)
    tokens = _by_applicant(Token.serial_number, Token, WITH_HOLDER, ids)
    elsewhere = [
        _person(
            applicant,
            case_number=number,
            case_is_open=is_open,
            live_serials=certificates.get(applicant.id, ()),
            token_serials=tokens.get(applicant.id, ()),
        )
        for applicant, number, is_open in rows
    ]
    envelope = db.session.scalars(
        select(other.number).where(other.envelope_id == case.envelope_id, other.id != case.id)
    ).all()
    return here, elsewhere, list(envelope)


def _person(applicant: Applicant, **more: object) -> Person:
    return Person(
        applicant.number,
        applicant.position,
        applicant.name,
        fold(applicant.name),
        applicant.birth_date,
        **more,  # type: ignore[arg-type]
    )


def _by_applicant(
    column: object, model: type[Certificate] | type[Token], statuses: tuple[object, ...], ids: list[UUID]
) -> dict[UUID, tuple[str, ...]]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(model.applicant_id, column).where(model.applicant_id.in_(ids), model.status.in_(statuses))  # type: ignore[call-overload]
    ).all()
    found: dict[UUID, tuple[str, ...]] = {}
    for applicant_id, serial in rows:
        found[applicant_id] = (*found.get(applicant_id, ()), serial)
    return found
