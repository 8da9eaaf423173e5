"""What the tour asserts with tools that are not ours: openssl, pkilint, poppler."""

import json
import re
import subprocess
import sys
from pathlib import Path


class CheckFailedError(AssertionError):
    """A foreign tool disagrees."""


def run(*command: str | Path, stdin: bytes | None = None, accept: tuple[int, ...] = (0,)) -> str:
    """Run a tool and return what it printed. Raises CheckFailedError with its output."""
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode not in accept:
        raise CheckFailedError(f"{command[0]} ended with {done.returncode}:\n{text}")
    return text


def pdf_text(pdf: bytes, *, layout: bool = False) -> str:
    """The text of a PDF, exactly as pdftotext reads it."""
    return run("pdftotext", *(["-layout"] if layout else []), "-", "-", stdin=pdf)


def pdf_pictures(pdf: Path, *, dpi: int = 80) -> list[Path]:
    """A picture of every page, beside the PDF."""
    stem = pdf.with_suffix("")
    run("pdftoppm", "-png", "-r", str(dpi), pdf, stem)
    return sorted(pdf.parent.glob(f"{stem.name}-*.png"))


def verify_certificate(certificate: Path, ca: Path) -> str:
    """`openssl verify -x509_strict` against the CA certificate alone."""
    return run(
        "openssl", "verify", "-x509_strict", "-purpose", "any", "-check_ss_sig", "-no-CApath", "-no-CAstore",
        "-CAfile", ca, certificate,
    )  # fmt: skip


def lint_certificate(certificate: Path) -> list[str]:
    """Findings of pkilint's RFC 5280 lint of severity warning and above; none is what we want."""
    tool = Path(sys.executable).parent / "lint_pkix_cert"
    done = subprocess.run(
        [tool, "lint", "-f", "JSON", "-s", "WARNING", str(certificate)], capture_output=True, check=False
    )
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise CheckFailedError((done.stdout + done.stderr).decode("utf-8", "replace")) from error
    return [
        f"{finding['severity']} {finding['code']} {result.get('node_path', '')}"
        for result in report.get("results", [])
        for finding in result.get("finding_descriptions", [])
    ]


def signatures_in(pdf: Path) -> list[dict[str, str]]:
    """What pdfsig says of every signature of a PDF: signer, kind, validation."""
    text = run("pdfsig", "-nocert", pdf, accept=(0, 1))
    found = []
    for block in re.split(r"^Signature #\d+:$", text, flags=re.MULTILINE)[1:]:
        pairs = re.findall(r"^\s+- ([^:]+): (.*)$", block, flags=re.MULTILINE)
        found.append({name.strip(): value.strip() for name, value in pairs} | {"text": block})
    return found
