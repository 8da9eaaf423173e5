"""B-LTA (ETSI EN 319 142-1 §6): certificates and CRL into the DSS, and a document time stamp over everything.

Appended at acceptance, so that the signature is proved to be older than any later revocation.
"""

import asyncio
from io import BytesIO

from asn1crypto import crl, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.contracts.signing.stamping import CallableTimeStamper
from app.contracts.signing.trust import Trust

DIGEST = "sha256"


def extend(accepted: bytes, *, certificates: tuple[bytes, ...], trust: Trust, stamper: CallableTimeStamper) -> bytes:
    """An accepted revision with everything that is needed to validate it years later.

    Args:
        accepted: a revision whose newest signature was accepted.
        certificates: DER of signer, seal and time-stamping authority.
        trust: the authority: its certificates and current CRLs go in.
        stamper: the time-stamping authority.

    Returns:
        `accepted` and one update (DSS and DocTimeStamp).

    Raises:
        SignerUnavailableError: no time stamp can be had now.
    """
    newest = PdfFileReader(BytesIO(accepted), strict=True).embedded_regular_signatures[-1]
    contents = newest.pkcs7_content.hex().encode("ascii")
    writer = IncrementalPdfFileWriter(BytesIO(accepted), strict=True)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        contents,
        certs=[x509.Certificate.load(der) for der in dict.fromkeys((*certificates, *trust.others, *trust.roots))],
        crls=[crl.CertificateList.load(der) for der in trust.crls],
    )
    target = BytesIO()
    asyncio.run(PdfTimeStamper(stamper).async_timestamp_pdf(writer, DIGEST, output=target))
    return target.getvalue()
