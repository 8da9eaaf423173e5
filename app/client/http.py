"""Talking to the site: JSON in and out, sentences in both languages when something is refused."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 60
TOLERATED_SECONDS = 300
UNREACHABLE, REFUSED = 4, 1  # exit statuses
BUSY = (429, 503)


class ServiceError(Exception):
    """The service refused or cannot be reached; the text says why and what to do. `code` is for programs.

    `retry_after` are the seconds after which the same may be tried again; None if it would be refused again.
    """

    def __init__(
        self, text: str, code: str = "", *, exit_status: int = REFUSED, retry_after: int | None = None
    ) -> None:
        super().__init__(text)
        self.code = code
        self.exit_status = exit_status
        self.retry_after = retry_after


def post(server: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send JSON, get JSON. Raises ServiceError."""
    try:
        response = requests.post(urljoin(server, path), json=body, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise _away(error) from error
    return _json(response)


def get_json(server: str, path: str, query: dict[str, str]) -> dict[str, Any]:
    """Ask for JSON. Raises ServiceError."""
    try:
        response = requests.get(urljoin(server, path), params=query, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise _away(error) from error
    return _json(response)


def get(server: str, path: str, headers: dict[str, str]) -> bytes:
    """Fetch a file. Raises ServiceError."""
    try:
        response = requests.get(urljoin(server, path), headers=headers, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise _away(error) from error
    if response.status_code != requests.codes.ok:
        _json(response)
    return bytes(response.content)


def clock_error_of(server: str) -> int | None:
    """By how many seconds this computer's clock is ahead of the service's; None if that cannot be told or is little."""
    try:
        answer = requests.head(server, timeout=TIMEOUT_SECONDS)
        there = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None
    ahead = round((datetime.now(UTC) - there).total_seconds())
    return ahead if abs(ahead) > TOLERATED_SECONDS else None


def clock_sentence(ahead: int) -> str:
    """What to say about a clock that is wrong."""
    minutes = max(1, abs(ahead) // 60)
    english, japanese = ("fast", "進んで") if ahead > 0 else ("slow", "遅れて")
    return (
        f"The clock of this computer is {minutes} minutes {english}. Set it right before you sign.\n"
        f"このパソコンの時計が{minutes}分{japanese}います。署名する前に、日付と時刻を合わせてください。"
    )


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    if isinstance(answer, dict) and response.ok:
        return answer
    given = answer if isinstance(answer, dict) else {}
    retry_after = _seconds(response.headers.get("Retry-After"))
    raise ServiceError(
        sentence_of(given, response.status_code),
        str(given.get("error", "")),
        exit_status=UNREACHABLE if response.status_code in BUSY else REFUSED,
        retry_after=retry_after,
    )


def _seconds(header: str | None) -> int | None:
    return int(header) if header is not None and header.isdecimal() else None


def sentence_of(answer: dict[str, Any], status: int) -> str:
    """What the service says to a refusal, in both languages."""
    message = answer.get("message")
    if isinstance(message, dict):
        return f"{message.get('en', '')}\n{message.get('ja', '')}"
    return str(message or f"The service answered {status}. Try again later.\nサービスからの応答: {status}。")


def _away(error: Exception) -> ServiceError:
    if isinstance(error, requests.exceptions.SSLError):
        return ServiceError(
            "A secure connection to the service cannot be made. Check the date and the time of this computer and the "
            "address of the service.\n"
            "サービスと安全に接続できません。パソコンの日付と時刻、サービスのアドレスを確認してください。",
            "insecure",
            exit_status=UNREACHABLE,
        )
    return ServiceError(
        f"The service cannot be reached ({type(error).__name__}). Check the network and try again.\n"
        "サービスに接続できません。ネットワークを確認して、もう一度実行してください。",
        "unreachable",
        exit_status=UNREACHABLE,
    )
