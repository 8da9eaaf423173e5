"""A case on hold is not decided until somebody lets it go on."""

import pytest
from flask import Flask

from app.core import clock
from models.enums import ApplicationStatus
from registration import queries
from registration.errors import CaseWorkError
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from registration.services.hold_case import hold_case
from registration.services.resume_case import resume_case
from tests.factories.desk import receive, staff_actor, work_through


def test_a_case_on_hold_cannot_be_approved(app: Flask, signer_process: None) -> None:
    reception, officer, approver = (staff_actor(role) for role in ("reception", "officer", "approver"))
    case = receive(reception)
    work_through(case, officer)
    digest = finish_review(case, actor=officer, now=clock.now())
    hold_case(case, reason="本人から電話があった", actor=officer, now=clock.now())
    with pytest.raises(CaseWorkError, match="case-on-hold"):
        approve_application(case, digest=digest, actor=approver, now=clock.now())
    assert queries.get_case(case).status is ApplicationStatus.REVIEWED
    resume_case(case, actor=officer)
    approve_application(case, digest=digest, actor=approver, now=clock.now())
    assert queries.get_case(case).status is ApplicationStatus.APPROVED
