"""Statements for holders to sign: handed out here; what is signed goes to the page that acts on it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.errors import DomainError
from app.enrol.answers import as_json
from app.security import PIN_LIMIT, limiter, machine
from issuance.rules.statements import DETAILS, Purpose
from issuance.services.check_statement import give_statement

statements = Blueprint("statements", __name__, url_prefix="/api/holder")


@statements.get("/statement")
@limiter.limit(PIN_LIMIT)
@machine
def get_statement() -> ResponseReturnValue:
    """A statement for `purpose` about the certificate `serial`. It says nothing about whether there is one."""
    try:
        purpose = Purpose(request.args.get("purpose", ""))
    except ValueError:
        return {"error": "not-found"}, 404
    details = {name: request.args[name] for name in DETAILS[purpose] if request.args.get(name)}
    try:
        given = give_statement(purpose, request.args.get("serial", ""), details, now=clock.now())
    except DomainError as error:
        return as_json(error)
    return {"statement": given.decode()}
