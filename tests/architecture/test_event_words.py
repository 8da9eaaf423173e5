"""The page of a certificate says in words what happened to it, the register of e-mails what each is about."""

import ast
from pathlib import Path

from admin.messages_tokens import EVENTS
from admin.views.emails import KINDS
from mailings.emails.texts import TEXTS

ROOT = Path(__file__).parents[2]


def test_every_event_of_a_certificate_has_its_words() -> None:
    """What is recorded of a certificate or an enrolment, and what the page has words for, are the same."""
    recorded = {
        argument.value
        for path in (ROOT / "issuance").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if argument.value.startswith(("certificate:", "enrolment:"))
    }
    assert recorded == set(EVENTS)


def test_every_kind_of_email_has_its_words() -> None:
    assert set(KINDS) == set(TEXTS)
