"""The holder sends a certificate request: key on the approved token, ダウンロードPIN as the credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509

from app import audit
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import PinUsedError, RequestRefusedError, TokenError
from issuance.queries.profiles import get_profiles
from issuance.queries.renewals import is_live
from issuance.queries.requests import (
    KEY_REFUSED,
    find_enrolment_of_pin,
    find_token_model,
    find_token_with_serial,
    was_key_refused,
)
from issuance.rules.attestation import require_attested
from issuance.rules.est import require_same_names
from issuance.rules.requests import Request, parse_request
from issuance.rules.states import require_step
from issuance.services.check_pin import check_pin, holder_of
from models.applications import Applicant
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentChannel, EnrolmentKind, EnrolmentStatus, PinKind, PinStatus, TokenStatus
from models.tokens import TokenModel

ON_THE_WAY = (TokenStatus.ENCLOSED, TokenStatus.POSTED, TokenStatus.HELD)
TOKENS = {EnrolmentKind.NEW: ON_THE_WAY, EnrolmentKind.RENEWAL: (*ON_THE_WAY, TokenStatus.ACTIVE)}
# Why a key counts as not attested, as it stands in the record.
NO_MODEL, NO_ROOT, NOT_SENT = "no-model", "no-root", "not-sent"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from.

    Args:
        token_serial: of the eToken, as the client read it from the chip.
        channel: how the request came.
        attestation: what the token's maker says about the key: PEM, the leaf first; empty if the token says nothing.
        kind: which kind of enrolment is served here; None for either.
    """

    token_serial: str
    channel: EnrolmentChannel = EnrolmentChannel.CLIENT
    attestation: bytes = b""
    kind: EnrolmentKind | None = None


def request_certificate(
    application_number: str,
    download_pin: str,
    csr: bytes,
    *,
    now: datetime,
    token_serial: str = "",
    origin: Origin | None = None,
) -> UUID:
    """Take a request in and promise the certificate. The same request again is the same request, issued or not.

    Args:
        application_number: as on the approval notice.
        download_pin: from the e-mail.
        csr: PKCS#10, PEM or DER.
        now: the present moment.
        token_serial: stands for `Origin(token_serial)`.
        origin: where it comes from.

    Returns:
        key of the enrolment, to ask after.

    Raises:
        PinTypingError, PinWrongError, PinLockedError, PinUsedError, PinExpiredError: see check_pin.
        RequestRefusedError: the request or its key; the PIN stays usable. AttestationError is one.
        TokenError: not the eToken that was sent to this holder, or a model that is not approved any more.
    """
    secret = check_pin(application_number, download_pin, PinKind.DOWNLOAD, now=now, also_used=True)
    secret_id, applicant_id = secret.id, secret.applicant_id
    db.session.rollback()
    origin = origin or Origin(token_serial.strip())
    try:
        request = parse_request(csr, get_profiles().holder)
        db.session.rollback()
        return _take(applicant_id, secret_id, request, origin, now)
    except DomainError as error:
        applicant = db.session.get_one(Applicant, applicant_id)
        actor = holder_of(applicant)
        db.session.rollback()
        audit.attempt(
            "enrolment:request",
            subject_type="applicant",
            subject_id=applicant_id,
            actor=actor,
            outcome="refused",
            error=error.code,
            detail={"channel": origin.channel},
        )
        raise


def _take(applicant_id: UUID, secret_id: UUID, request: Request, origin: Origin, now: datetime) -> UUID:
    with transaction():
        secret = queries.get_pin_for_update(secret_id)
        applicant = db.session.get_one(Applicant, applicant_id)
        found = find_enrolment_of_pin(secret_id)
        if found is None:
            raise RequestRefusedError("no-enrolment")
        enrolment = queries.get_enrolment_for_update(found.id)
        if _is_the_same(enrolment, request):
            return enrolment.id
        if secret.status is PinStatus.USED:
            raise PinUsedError
        if enrolment.status is not EnrolmentStatus.OPENED:
            raise RequestRefusedError("request-known")
        if enrolment.kind is EnrolmentKind.RENEWAL and not is_live(enrolment.renews_id, now):
            raise RequestRefusedError("renewal-over")
        if was_key_refused(enrolment, request.spki_sha256):
            raise RequestRefusedError(KEY_REFUSED)
        _require_right_operation(enrolment, request, origin)
        model = _require_token(enrolment, request, origin)
        if queries.is_key_known(request.spki_sha256, except_enrolment=enrolment.id):
            raise RequestRefusedError("key-known")
        note = _attest(model, request, origin, now)
        _record(enrolment, request, origin, note, now)
        secret.status = require_step(secret.status, PinStatus.RESERVED)
        audit.record(
            "enrolment:request",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=holder_of(applicant),
            detail={
                "key": request.spki_sha256,
                "token": origin.token_serial,
                "channel": origin.channel,
                "attested": not note,
                "attestation_note": note,
            },
        )
        defer("issuance.jobs.issue_certificate", enrolment.id)
        return enrolment.id


def _is_the_same(enrolment: Enrolment, request: Request) -> bool:
    """The request came already. Whoever repeats it has proved the possession of the same key again."""
    return (
        enrolment.status in {EnrolmentStatus.REQUESTED, EnrolmentStatus.ISSUED}
        and enrolment.spki_sha256 == request.spki_sha256
    )


def _require_right_operation(enrolment: Enrolment, request: Request, origin: Origin) -> None:
    """RFC 7030 has two operations; a renewal names whom the present certificate names (§4.2.2)."""
    if origin.kind is not None and origin.kind is not enrolment.kind:
        raise RequestRefusedError(f"est-is-{enrolment.kind.value}")
    if origin.channel is EnrolmentChannel.EST and enrolment.renews_id is not None:
        present = db.session.get_one(Certificate, enrolment.renews_id)
        assert present.der is not None  # only an issued certificate is renewed
        require_same_names(x509.load_der_x509_csr(request.der), x509.load_der_x509_certificate(present.der))


def _require_token(enrolment: Enrolment, request: Request, origin: Origin) -> TokenModel | None:
    """The model of the holder's token, which has keys of this kind. None: the token's model is not described."""
    if not origin.token_serial:
        raise TokenError("token-not-named")
    token = find_token_with_serial(enrolment.applicant_id, origin.token_serial, TOKENS[enrolment.kind])
    if token is None:
        raise TokenError("token-not-yours", serial=origin.token_serial)
    model = find_token_model(token)
    if model is None:
        return None
    if not model.approved:
        raise TokenError("token-model", model=model.name)
    if request.key_kind not in model.key_kinds:
        raise RequestRefusedError("key-not-of-model", kind=request.key_kind, allowed=", ".join(model.key_kinds))
    return model


def _attest(model: TokenModel | None, request: Request, origin: Origin, now: datetime) -> str:
    """Empty if the token's maker vouches for the key, else why nobody does. A false voucher is refused."""
    if model is None:
        return NO_MODEL
    if model.attestation_root is None:
        return NO_ROOT
    if not origin.attestation:
        return NOT_SENT
    require_attested(
        origin.attestation,
        root=model.attestation_root,
        public_key=request.public_key,
        token_serial=origin.token_serial,
        at=now,
    )
    return ""


def _record(enrolment: Enrolment, request: Request, origin: Origin, note: str, now: datetime) -> None:
    enrolment.status, enrolment.refusal_code = EnrolmentStatus.REQUESTED, None
    enrolment.csr = request.der
    enrolment.spki_sha256 = request.spki_sha256
    enrolment.token_serial = origin.token_serial
    enrolment.channel = origin.channel
    enrolment.attested = not note
    enrolment.attestation = origin.attestation or None
    enrolment.attestation_note = note
    enrolment.requested_at = now
