"""One map from errors to answers, for every program that asks."""

import pytest
from flask import Flask
from flask_babel import Babel

from app.core.errors import DomainError
from app.enrol import answers
from app.enrol.answers import as_json
from app.signer import SignerUnavailableError
from issuance.errors import AttestationError, PinLockedError, PinTypingError, PinUsedError, RequestRefusedError


class BusyError(DomainError):
    """As a gate in front of the issue would say it."""

    def __init__(self) -> None:
        super().__init__("busy", retry_after=12.4)


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (SignerUnavailableError("away"), 503, "30"),
        (BusyError(), 503, "12"),
        (PinTypingError(), 403, None),
        (PinLockedError(), 403, None),
        (PinUsedError(), 403, None),
        (RequestRefusedError("csr-malformed"), 422, None),
        (AttestationError("attestation-key"), 422, None),
        (DomainError("something-new"), 422, None),
    ],
)
def test_status_and_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch, error: DomainError, status: int, retry_after: str | None
) -> None:
    monkeypatch.setattr(answers.db.session, "rollback", lambda: None)
    app = Flask("answers")
    Babel(app)
    with app.test_request_context():
        body, given, headers = as_json(error)
    assert given == status
    assert headers.get("Retry-After") == retry_after
    assert body["error"] == error.code
    assert set(body["message"]) == {"ja", "en"}
