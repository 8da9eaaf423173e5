"""E-mail texts: both languages, nothing left open, and headers of one line."""

import string

import pytest

from app.jobs.registry import JOBS
from mailings.emails.texts import SIGNATURE, TEXTS, compose
from mailings.services.release_address import JOB_OF, ONE_DAY

SECRET_TEMPLATES = {"login", "download_pin"}


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("template", TEXTS)
def test_a_text_is_filled_completely(template: str) -> None:
    names = placeholders(TEXTS[template].subject + TEXTS[template].body + SIGNATURE) - {"secret"}
    text = compose(template, {name: f"«{name}»" for name in names}, secret="«secret»")
    assert not placeholders(text.body)
    for name in names:
        assert f"«{name}»" in text.subject + text.body
    assert ("«secret»" in text.body) is (template in SECRET_TEMPLATES)
    assert "«secret»" not in text.subject


@pytest.mark.parametrize("template", TEXTS)
def test_a_text_speaks_both_languages(template: str) -> None:
    assert " / " in TEXTS[template].subject
    assert any(line.isascii() and line.endswith(".") for line in TEXTS[template].body.splitlines())


@pytest.mark.parametrize("template", TEXTS)
def test_a_mail_that_did_not_go_has_a_job_that_sends_it_again(template: str) -> None:
    assert template in ONE_DAY or JOBS[JOB_OF[template]]


def test_a_title_cannot_add_a_header() -> None:
    values = dict.fromkeys(("name", "sender_company", "number", "sha256", "site", "sender", "phone"), "x")
    text = compose("contract_turn", {**values, "title": "工事\r\nBcc: thief@example.jp"})
    assert len(text.subject.splitlines()) == 1


def test_braces_in_a_value_stay_braces() -> None:
    values = dict.fromkeys(("name", "sender_company", "number", "sha256", "site", "sender", "phone"), "x")
    assert "{secret}" in compose("contract_turn", {**values, "title": "{secret}"}, secret="s").subject
