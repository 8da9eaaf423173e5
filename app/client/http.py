"""Talking to the site: JSON in and out, sentences in both languages when something is refused."""

from typing import Any
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 60


class ServiceError(Exception):
    """The service refused or cannot be reached; the text says why and what to do. `code` is for programs."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


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


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    if isinstance(answer, dict) and response.ok:
        return answer
    raise ServiceError(sentence_of(answer, response.status_code), str(answer.get("error", "")))


def sentence_of(answer: dict[str, Any], status: int) -> str:
    """What the service says to a refusal, in both languages."""
    message = answer.get("message")
    if isinstance(message, dict):
        return f"{message.get('en', '')}\n{message.get('ja', '')}"
    return str(message or f"The service answered {status}. Try again later.\nサービスからの応答: {status}。")


def _away(error: Exception) -> ServiceError:
    return ServiceError(
        f"The service cannot be reached ({type(error).__name__}).\nサービスに接続できません。", "unreachable"
    )
