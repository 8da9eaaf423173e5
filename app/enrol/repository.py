"""The authority's public documents: CA certificates, CRLs, policies, and how to verify."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort, current_app, render_template, request, send_file, stream_with_context
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.db import db
from app.enrol.repository_page import contents, policy_file
from app.security import public
from issuance.queries.authority import find_ca, find_cross_certificate
from issuance.queries.crl_parts import iter_parts
from issuance.queries.crls import find_public_crl
from models.certificates import CaCertificate, Crl

repository = Blueprint("repository", __name__, template_folder="templates")
OF_A_CERTIFICATE = timedelta(days=1)
OF_A_CRL = timedelta(minutes=1)  # for as long a cache may give the one before


@repository.get('/crl/ca.<any("cer", "pem"):form>', defaults={"generation": 1})
@repository.get('/crl/ca<int(min=2, max=9999):generation>.<any("cer", "pem"):form>')
@public
def ca_certificate(generation: int, form: str) -> ResponseReturnValue:
    """The CA certificate of a generation: DER, as certificates point to it, or PEM."""
    return _certificate(find_ca(generation), form)


@repository.get('/crl/cross-<string(length=64):sha256>.<any("cer", "pem"):form>')
@public
def cross_certificate(sha256: str, form: str) -> ResponseReturnValue:
    """A certificate between two generations of the CA, by its fingerprint."""
    return _certificate(find_cross_certificate(sha256) if sha256.isalnum() else None, form)


@repository.get("/crl/ca-<string(length=3):shard>.crl", defaults={"generation": 1})
@repository.get("/crl/ca<int(min=2, max=9999):generation>-<string(length=3):shard>.crl")
@public
def crl(generation: int, shard: str) -> ResponseReturnValue:
    """The newest CRL (DER) of a generation's shard: this one or the one before, never a mixture."""
    newest = find_public_crl(generation, shard) if shard.isalnum() else None
    if newest is None:
        abort(404)
    return _crl(newest)


@repository.get("/cps")
@public
def practice_statement() -> ResponseReturnValue:
    """Fingerprints, CRLs, policies, and how to verify (施行規則6条9号)."""
    return render_template("enrol/repository.html", **contents(clock.now()))


@repository.get('/cps/<any("cp", "cps"):document>.pdf')
@public
def policy_document(document: str) -> ResponseReturnValue:
    """The certificate policy (cp) or the practice statement (cps), as configured."""
    path: Path | None = policy_file(current_app.extensions["settings"], document)
    if path is None:
        abort(404)
    return send_file(path, mimetype="application/pdf", conditional=True, max_age=3600, download_name=f"{document}.pdf")


def _certificate(row: CaCertificate | None, form: str) -> Response:
    if row is None:
        abort(404)
    der, media_type = row.der, "application/pkix-cert"
    if form == "pem":
        der, media_type = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM), "application/x-pem-file"
    return _cached(Response(der, mimetype=media_type), f"{row.sha256}-{form}", OF_A_CERTIFICATE)


def _crl(newest: Crl) -> Response:
    response = Response(stream_with_context(_parts(newest.id)), mimetype="application/pkix-crl")
    response.content_length, response.last_modified = newest.size, newest.this_update
    return _cached(response, newest.sha256, OF_A_CRL)


def _parts(crl_id: UUID) -> Iterator[bytes]:
    try:
        for part in iter_parts(crl_id):
            db.session.rollback()  # a slow reader keeps no connection of the database meanwhile
            yield part
    finally:
        db.session.rollback()


def _cached(response: Response, tag: str, lasts: timedelta) -> Response:
    response.cache_control.public, response.cache_control.max_age = True, int(lasts.total_seconds())
    response.set_etag(tag)
    response.make_conditional(request)
    return response
