"""Where Flask-Security finds people. It reads only: every change of a person is a service of ours."""

from typing import Any

from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import func, select

from app.core.db import db
from models.accounts import Customer
from models.staff import StaffUser


class People(SQLAlchemyUserDatastore):  # type: ignore[misc]
    """One user base: staff or customers."""

    def __init__(self, people: type[StaffUser] | type[Customer]) -> None:
        super().__init__(db, people, None)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> StaffUser | Customer | None:  # noqa: ANN401, FBT001, FBT002  the signature is Flask-Security's
        """The person with this e-mail address, login ID or session key.

        Flask-Security's own query loads roles as a relationship; ours are words in a column.
        """
        ((attribute, value),) = kwargs.items()
        column = getattr(self.user_model, attribute)
        matches = func.lower(column) == str(value).lower() if case_insensitive else column == value
        found: StaffUser | Customer | None = db.session.scalar(select(self.user_model).where(matches))
        return found
