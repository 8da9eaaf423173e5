"""The authority's public documents and services: CA certificate, CRL, practice statement, time stamps."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import timestamps
from app.security import machine, public
from issuance import queries
from issuance.rules.crl_names import SHARD
from models.enums import CaKeyPurpose

repository = Blueprint("repository", __name__, template_folder="templates")
MOST_BYTES = 10_000


@repository.get("/crl/ca.cer")
@public
def ca_certificate() -> ResponseReturnValue:
    """The CA certificate (DER), as certificates point to it."""
    row = queries.find_authority(CaKeyPurpose.CA)
    if row is None:
        abort(404)
    return _file(row.der, "application/pkix-cert", seconds=86_400)


@repository.get(f"/crl/ca-{SHARD}.crl")
@public
def crl() -> ResponseReturnValue:
    """The newest CRL (DER)."""
    row = queries.find_authority(CaKeyPurpose.CA)
    latest = queries.find_latest_crl(row.id) if row else None
    if latest is None:
        abort(404)
    return _file(queries.crl_bytes(latest.id), "application/pkix-crl", seconds=60)


@repository.get("/cps")
@public
def practice_statement() -> ResponseReturnValue:
    """Fingerprint, policies, and how to verify (施行規則6条9号)."""
    row = queries.find_authority(CaKeyPurpose.CA)
    certificate = x509.load_der_x509_certificate(row.der) if row else None
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper() if certificate else ""
    return render_template("enrol/repository.html", certificate=certificate, fingerprint=fingerprint, shard=SHARD)


@repository.post("/tsa")
@machine
def time_stamp() -> ResponseReturnValue:
    """RFC 3161 over HTTP (§3.4). The built-in authority is not accredited."""
    if request.mimetype != "application/timestamp-query":
        abort(415)
    if request.content_length is None or request.content_length > MOST_BYTES:
        abort(413)
    return Response(timestamps.respond(request.get_data()), mimetype="application/timestamp-reply")


def _file(data: bytes, media_type: str, *, seconds: int) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
