"""Statements are read exactly as they were written, and nothing else is read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.rules.statements import Purpose, StatementFormError, is_fresh, parse, with_mark, write_body

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SERIAL = "31" + "ab" * 15


def test_what_is_written_is_read() -> None:
    body = write_body(Purpose.REVOCATION, SERIAL.upper(), NOW, {"circumstance": "loss"})
    statement = parse(with_mark(body, "00ff"))
    assert (statement.purpose, statement.serial, statement.given_at) == (Purpose.REVOCATION, SERIAL, NOW)
    assert statement.details == {"circumstance": "loss"}
    assert (statement.body, statement.mark) == (body, "00ff")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CECSIGN statement 1", "CECSIGN statement 2"),
        ("receipt", "renewal"),  # the meaning no longer fits
        ("certificate: 31", "certificate: +1"),
        ("given: 2026", "given: 26"),
        ("service: ", "server: "),
        ("I have received", "I have not received"),
        ("\nservice", "\namount: 1\nservice"),
        ("\nservice", "\n\nservice"),
    ],
)
def test_a_changed_statement_is_refused(old: str, new: str) -> None:
    text = with_mark(write_body(Purpose.RECEIPT, SERIAL, NOW, {}), "00").decode()
    assert old in text
    with pytest.raises(StatementFormError):
        parse(text.replace(old, new).encode())


@given(st.binary(max_size=5000))
def test_any_bytes_are_refused_in_order(data: bytes) -> None:
    with pytest.raises(StatementFormError):
        parse(data)


@given(st.text(max_size=250))
def test_a_detail_is_one_line_or_refused(text: str) -> None:
    try:
        body = write_body(Purpose.REVOCATION, SERIAL, NOW, {"circumstance": text})
    except StatementFormError:
        return
    assert parse(with_mark(body, "00")).details.get("circumstance", "") == text.strip()


def test_a_purpose_has_its_own_details() -> None:
    with pytest.raises(StatementFormError):
        write_body(Purpose.RECEIPT, SERIAL, NOW, {"circumstance": "loss"})


@pytest.mark.parametrize("serial", ["", "xyz", "1" * 41, "12 34"])
def test_a_serial_number_is_hexadecimal(serial: str) -> None:
    with pytest.raises(StatementFormError):
        write_body(Purpose.RECEIPT, serial, NOW, {})


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (15 * 60, True), (15 * 60 + 2, False), (-60, False)])
def test_a_statement_is_good_for_a_quarter_of_an_hour(age: int, fresh: bool) -> None:
    statement = parse(with_mark(write_body(Purpose.RECEIPT, SERIAL, NOW, {}), "00"))
    assert is_fresh(statement, NOW + timedelta(seconds=age)) is fresh
