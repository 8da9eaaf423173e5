"""The tables of required papers, line by line as docs/rules/required-papers.md has them."""

import pytest

from models.enums import ApplicationKind as K
from models.enums import ChangeItem as C
from models.enums import PaperKind as P
from models.enums import Service
from registration.rules.required_papers import (
    FRESH_KINDS,
    TABLES,
    ApplicantWishes,
    NeededPaper,
    Per,
    applicants_ask_for,
    lacks_service,
    required_papers,
)

BOTH = (Service.CONTRACT, Service.CERTIFICATE)
ONE = [ApplicantWishes(1, True, True)]
PERSONAL = {P.FORM_5, P.RESIDENCE_CERTIFICATE, P.PERSONAL_SEAL_CERTIFICATE}


def kinds(kind: K, services: tuple[Service, ...], items: tuple[C, ...] = (), applicants=ONE) -> set[P]:
    return {each.kind for each in required_papers(services, applicants, kind=kind, change_items=items)}


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (BOTH, set(P)),
        ((Service.CERTIFICATE,), set(P) - {P.FORM_6}),
        ((Service.CONTRACT,), {P.FORM_1, P.FORM_4, P.FORM_6, P.REGISTRY_CERTIFICATE, P.COMPANY_SEAL_CERTIFICATE}),
        ((Service.STORAGE,), {P.FORM_1, P.FORM_4, P.FORM_6, P.REGISTRY_CERTIFICATE, P.COMPANY_SEAL_CERTIFICATE}),
    ],
)
def test_new(services, expected) -> None:
    assert kinds(K.NEW, services) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((C.COMPANY_NAME,), {P.FORM_1, P.REGISTRY_CERTIFICATE, P.COMPANY_SEAL_CERTIFICATE}),
        ((C.ADDRESS,), {P.FORM_1, P.REGISTRY_CERTIFICATE}),
        ((C.REPRESENTATIVE,), {P.FORM_1, P.REGISTRY_CERTIFICATE, P.COMPANY_SEAL_CERTIFICATE}),
        ((C.CONTACTS,), {P.FORM_1, P.FORM_4}),
        ((C.FURTHER_USER_IDS,), {P.FORM_1, P.FORM_6}),
        ((C.FURTHER_CERTIFICATES,), {P.FORM_1, P.FORM_3, P.COMPANY_SEAL_CERTIFICATE} | PERSONAL),
        ((C.CANCELLATION,), {P.FORM_1, P.COMPANY_SEAL_CERTIFICATE}),
        ((C.ADDRESS, C.CONTACTS), {P.FORM_1, P.FORM_4, P.REGISTRY_CERTIFICATE}),
    ],
)
def test_change(items, expected) -> None:
    assert kinds(K.CHANGE, BOTH, items) == expected


def test_renewal_on_paper() -> None:
    assert kinds(K.RENEWAL, (Service.CERTIFICATE,)) == {P.FORM_3} | PERSONAL


def test_every_change_item_asks_for_something() -> None:
    used = frozenset().union(*(line.items for line in TABLES[K.CHANGE]))
    assert used == set(C)


def test_papers_of_persons_are_needed_for_each_and_the_company_has_one_set() -> None:
    applicants = [ApplicantWishes(1, True, True), ApplicantWishes(2, True, False), ApplicantWishes(3, False, True)]
    needed = required_papers(BOTH, applicants)
    assert [each.applicant_position for each in needed if each.kind is P.FORM_5] == [1, 2]
    assert [each.applicant_position for each in needed if each.kind is P.FORM_6] == [1, 3]
    assert needed.count(NeededPaper(P.REGISTRY_CERTIFICATE, None)) == 1


def test_who_needs_applicants() -> None:
    assert applicants_ask_for(K.NEW, BOTH) == {Per.CERTIFICATE_APPLICANT, Per.USER_ID_APPLICANT}
    assert applicants_ask_for(K.CHANGE, BOTH, (C.CANCELLATION, C.CONTACTS)) == set()
    assert applicants_ask_for(K.CHANGE, BOTH, (C.FURTHER_USER_IDS,)) == {Per.USER_ID_APPLICANT}
    assert applicants_ask_for(K.RENEWAL, (Service.CERTIFICATE,)) == {Per.CERTIFICATE_APPLICANT}


def test_an_item_without_its_service_is_noticed() -> None:
    assert lacks_service(K.CHANGE, (Service.CONTRACT,), (C.FURTHER_CERTIFICATES,))
    assert lacks_service(K.CHANGE, (Service.CERTIFICATE,), (C.FURTHER_USER_IDS,))
    assert lacks_service(K.RENEWAL, (Service.CONTRACT,))
    assert not lacks_service(K.CHANGE, (Service.STORAGE,), (C.FURTHER_USER_IDS,))


def test_official_certificates_must_be_fresh() -> None:
    assert {each for each in P if not each.value.startswith("form_")} == FRESH_KINDS
