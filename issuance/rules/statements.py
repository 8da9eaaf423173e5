"""What a holder declares with a signature of the key: that a certificate has come, is to be renewed, is to be revoked.

Plain text, so that whoever signs can read it, with a mark of the service that only the service can make. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

FIRST_LINE = "CECSIGN statement 1"
VALID_FOR = timedelta(minutes=15)
MOST_BYTES = 4096
MOST_DETAIL = 200
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Purpose(StrEnum):
    """What a statement declares."""

    RECEIPT = "receipt"
    RENEWAL = "renewal"
    REVOCATION = "revocation"


MEANINGS = {
    Purpose.RECEIPT: "私はこの電子証明書を受領しました。 / I have received this certificate.",
    Purpose.RENEWAL: (
        "私はこの電子証明書の更新を申し込みます。記載事項に変更はありません。"
        " / I apply for the renewal of this certificate. Its contents are still true."
    ),
    Purpose.REVOCATION: "私はこの電子証明書の失効を請求します。 / I ask that this certificate be revoked.",
}
DETAILS: dict[Purpose, tuple[str, ...]] = {
    Purpose.RECEIPT: (),
    Purpose.RENEWAL: (),
    Purpose.REVOCATION: ("circumstance", "invalid-since"),
}


class StatementFormError(ValueError):
    """The bytes are no statement of ours."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, read."""

    purpose: Purpose
    serial: str  # of the certificate, lower-case hexadecimal
    given_at: datetime
    details: Mapping[str, str]
    body: bytes  # what the mark is made over
    mark: str  # hexadecimal


def write_body(purpose: Purpose, serial: str, given_at: datetime, details: Mapping[str, str]) -> bytes:
    """The statement without the service's mark.

    Args:
        purpose: what is declared.
        serial: of the certificate, hexadecimal.
        given_at: aware; written in whole seconds, UTC.
        details: some of DETAILS of the purpose; one line each.

    Raises:
        StatementFormError: a detail that this purpose does not have, or that is no single line.
    """
    if set(details) - set(DETAILS[purpose]):
        raise StatementFormError("detail")
    number = serial.strip().lower()
    if not number or len(number) > 40 or set(number) - set("0123456789abcdef"):  # noqa: PLR2004  20 octets
        raise StatementFormError("serial")
    lines = [
        FIRST_LINE,
        MEANINGS[purpose],
        f"purpose: {purpose.value}",
        f"certificate: {number}",
        f"given: {given_at.astimezone(UTC).strftime(_TIME)}",
    ]
    for name in DETAILS[purpose]:
        value = details.get(name, "").strip()
        if len(value) > MOST_DETAIL or not value.isprintable():
            raise StatementFormError(name)
        if value:
            lines.append(f"{name}: {value}")
    return ("\n".join(lines) + "\n").encode()


def with_mark(body: bytes, mark: str) -> bytes:
    """The whole statement, to be signed."""
    return body + f"service: {mark}\n".encode()


def parse(data: bytes) -> Statement:
    """Read a statement; exactly what `write_body` and `with_mark` write, and nothing else.

    Raises:
        StatementFormError: anything else.
    """
    if len(data) > MOST_BYTES:
        raise StatementFormError("long")
    try:
        first, _meaning, *lines, last = data.decode().removesuffix("\n").split("\n")
        pairs = dict(line.split(": ", 1) for line in lines)
        purpose = Purpose(pairs.pop("purpose"))
        serial = pairs.pop("certificate")
        given_at = datetime.strptime(pairs.pop("given"), _TIME).replace(tzinfo=UTC)
        name, mark = last.split(": ", 1)
    except (ValueError, KeyError) as error:
        raise StatementFormError("form") from error
    body = write_body(purpose, serial, given_at, pairs)
    if first != FIRST_LINE or name != "service" or with_mark(body, mark) != data:
        raise StatementFormError("form")
    return Statement(purpose, serial, given_at, pairs, body, mark)


def is_fresh(statement: Statement, now: datetime) -> bool:
    """Whether it was given a short while ago."""
    return timedelta(seconds=-1) <= now - statement.given_at <= VALID_FOR
