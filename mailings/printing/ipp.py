"""An IPP printer (RFC 8011): send a document from memory, follow its job, cancel it. No spooler, no file.

Only the printer's own word counts: `completed` with the number of sheets it says. What the printer does not say, it did
not do.
"""

import http.client
import itertools
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from app.core.errors import DomainError
from mailings.printing.ipp_messages import (
    INTEGER,
    KEYWORD,
    MIME,
    NAME,
    URI,
    Answer,
    Attribute,
    IppFormatError,
    decode_answer,
    encode_request,
)

TIMEOUT_SECONDS = 30
PORT = 631
PRINT_JOB, VALIDATE_JOB, CANCEL_JOB, GET_JOB, GET_PRINTER = 0x0002, 0x0004, 0x0008, 0x0009, 0x000B
PDF = "application/pdf"
ONE_SIDED, TWO_SIDED = "one-sided", "two-sided-long-edge"


class PrinterError(DomainError):
    """The printer cannot be used. Codes: printer-away, printer-refused, printer-no-pdf."""


class JobState(IntEnum):
    """RFC 8011 §5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6  # jam, paper, cover: goes on by itself when somebody helps
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


ENDED = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What the printer says of itself: `reasons` are keywords such as media-empty, media-jam, toner-low."""

    name: str
    is_stopped: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What the printer says of a job. `sheets` is what came out so far; None if the printer does not count."""

    number: int
    state: JobState
    reasons: tuple[str, ...]
    sheets: int | None


class IppPrinter:
    """A printer by its address: ipp://host:631/ipp/print, or ipps:// with TLS."""

    def __init__(self, url: str, *, ca_file: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"ipp", "ipps"} or not parts.hostname:
            raise ValueError("ipp://host/ipp/print or ipps://host/ipp/print")
        self.url = url
        self._host, self._port = parts.hostname, parts.port or PORT
        self._path = parts.path or "/ipp/print"
        self._tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "ipps" else None
        self._numbers = itertools.count(1)

    def state(self) -> PrinterState:
        """How the printer is.

        Raises:
            PrinterError: printer-away, printer-refused, or printer-no-pdf: it takes no PDF.
        """
        wanted = ["printer-name", "printer-state", "printer-state-reasons", "document-format-supported"]
        answer = self._ask(GET_PRINTER, [(KEYWORD, "requested-attributes", wanted)])
        if not answer.printers:
            raise PrinterError("printer-refused", reason="no printer attributes")
        found = answer.printers[0]
        if PDF not in found.get("document-format-supported", []):
            raise PrinterError("printer-no-pdf")
        return PrinterState(
            name=str(found.get("printer-name", [""])[0]),
            is_stopped=found.get("printer-state", [3])[0] == 5,
            reasons=_reasons(found.get("printer-state-reasons", [])),
        )

    def print(self, document: Iterable[bytes], *, name: str, sides: str = ONE_SIDED) -> Job:
        """Send a PDF, piece by piece as it is made. Nothing of it is kept here.

        Args:
            document: pieces of the PDF.
            name: of the job, as the printer shows it; nothing secret, nothing of a person.
            sides: one-sided or two-sided-long-edge.

        Raises:
            PrinterError: printer-away: whether anything was printed is not known; printer-refused: nothing was.
        """
        attributes: list[Attribute] = [(NAME, "job-name", name), (MIME, "document-format", PDF)]
        answer = self._ask(
            PRINT_JOB, attributes, job=[(KEYWORD, "sides", sides), (INTEGER, "copies", 1)], document=document
        )
        return _job(answer)

    def job(self, number: int) -> Job:
        """How a job is. Raises PrinterError."""
        wanted = ["job-id", "job-state", "job-state-reasons", "job-impressions-completed", "job-media-sheets-completed"]
        attributes: list[Attribute] = [(INTEGER, "job-id", number), (KEYWORD, "requested-attributes", wanted)]
        return _job(self._ask(GET_JOB, attributes))

    def cancel(self, number: int) -> None:
        """Stop a job. Raises PrinterError, also if the job has ended already."""
        self._ask(CANCEL_JOB, [(INTEGER, "job-id", number)])

    def _ask(
        self,
        operation: int,
        attributes: list[Attribute],
        *,
        job: Iterable[Attribute] = (),
        document: Iterable[bytes] = (),
    ) -> Answer:
        scheme = "ipps" if self._tls else "ipp"
        target = (URI, "printer-uri", f"{scheme}://{self._host}:{self._port}{self._path}")
        # job-id stands right after the printer's address (RFC 8011 §4.3)
        attributes = [each for each in attributes if each[1] == "job-id"] + [
            (NAME, "requesting-user-name", "mailroom"),
            *(each for each in attributes if each[1] != "job-id"),
        ]
        head = encode_request(operation, next(self._numbers), [target, *attributes], job)
        answer = self._post(itertools.chain([head], document))
        if not answer.is_ok:
            raise PrinterError("printer-refused", status=f"0x{answer.status:04x}", reason=answer.message)
        return answer

    def _post(self, body: Iterable[bytes]) -> Answer:
        if self._tls is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/ipp"}, encode_chunked=True)
            response = connection.getresponse()
            data = response.read()
            if response.status != http.HTTPStatus.OK:
                raise PrinterError("printer-refused", status=f"HTTP {response.status}", reason=response.reason)
            return decode_answer(data)
        except (OSError, http.client.HTTPException, IppFormatError) as error:
            raise PrinterError("printer-away", reason=type(error).__name__) from error
        finally:
            connection.close()


def _job(answer: Answer) -> Job:
    if not answer.jobs:
        raise PrinterError("printer-refused", reason="no job attributes")
    found = answer.jobs[0]
    sheets = found.get("job-impressions-completed") or found.get("job-media-sheets-completed") or [None]
    try:
        state = JobState(found["job-state"][0])
        return Job(int(found["job-id"][0]), state, _reasons(found.get("job-state-reasons", [])), sheets[0])
    except (KeyError, ValueError, TypeError) as error:
        raise PrinterError("printer-refused", reason="job attributes") from error


def _reasons(values: list[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value != "none")
