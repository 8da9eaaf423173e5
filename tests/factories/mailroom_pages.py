"""The mailroom's pages as a clerk sends them."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import Actor
from tests.factories.desk import staff_actor
from tests.factories.staff import form_token


def send(client: FlaskClient, path: str, language: str = "en", **data: object) -> Any:
    """A form of the portal, sent."""
    return client.post(f"{path}?lang={language}", data={"csrf_token": form_token(client, path), **data})


def row(piece: object, number: str = "", grams: str = "86", **more: str) -> dict[str, str]:
    """What is typed for an envelope on the posting page."""
    values = {"number": number, "again": number, "grams": grams, "shape": "定形外(規格内)", "kind": "basic", **more}
    return {f"{name}-{piece}": value for name, value in values.items()}


def post(client: FlaskClient, *rows: dict[str, str]) -> Any:
    """The posting page with these rows, sent today."""
    data = {name: value for each in rows for name, value in each.items()}
    return send(client, "/posting/", posted_on=clock.today().isoformat(), payment="account", **data)


def other_clerk() -> Actor:
    """Somebody else of the mailroom."""
    return staff_actor("mailroom", email=f"{uuid4().hex}@example.jp", name="佐々木 望")


def text_of(answer: Any) -> str:
    """A page as text."""
    return str(answer.get_data(as_text=True))
