"""Members of staff and their sign-in."""

from functools import cache
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.security.passwords import hash_password
from models.staff import StaffUser

PASSWORD = "correct horse battery"


@cache
def hashed(password: str) -> str:
    """One hash per password and test run: making it is slow on purpose."""
    return hash_password(password)


def make_staff(*roles: str, email: str = "", name: str = "佐藤 直樹", must_change: bool = False) -> StaffUser:
    """A member of staff with these roles, who signs in with PASSWORD."""
    person = StaffUser(
        id=uuid4(),
        email=email or f"{'-'.join(roles)}@example.jp",
        name=name,
        password=hashed(PASSWORD),
        must_change_password=must_change,
        roles=sorted(roles),
        fs_uniquifier=uuid4().hex,
    )
    db.session.add(person)
    db.session.commit()
    return person


def form_token(client: FlaskClient, path: str) -> str:
    """The hidden token of the form on a page."""
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def sign_in(app: Flask, email: str, password: str = PASSWORD) -> FlaskClient:
    """A client that has tried to sign in to the portal through the page."""
    client = app.test_client()
    data = {"email": email, "password": password, "csrf_token": form_token(client, "/login")}
    client.post("/login", data=data)
    return client
