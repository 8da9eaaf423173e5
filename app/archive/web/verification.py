"""The public page: is this file an original? The browser computes the digest; the file does not leave the computer.

Without JavaScript the file is sent, hashed while it is read, and dropped.
"""

import hashlib
import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.archive import queries
from app.security import PIN_LIMIT, limiter, public

verification = Blueprint(
    "verification",
    __name__,
    url_prefix="/verify",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/verify",
)

SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20


@verification.get("/")
@public
def index() -> ResponseReturnValue:
    """Ask for a file or a digest, and answer for `?sha256=`."""
    typed = request.args.get("sha256", "")
    if not typed.strip():
        return render_template("archive/verify.html", answer=None, typed="", error="")
    digest = "".join(typed.split()).replace(":", "").lower()
    if not SHA256.fullmatch(digest):
        error = _("A SHA-256 has 64 digits and letters from a to f.")
        return render_template("archive/verify.html", answer=None, typed=typed[:100], error=error), 422
    return render_template("archive/verify.html", answer=queries.find_by_hash(digest), typed=digest, error="")


@verification.post("/")
@public
@limiter.limit(PIN_LIMIT)
def hash_here() -> ResponseReturnValue:
    """Hash an uploaded file without storing it."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return redirect(url_for("verification.index", sha256=request.form.get("sha256", "")))
    digest = hashlib.sha256()
    while part := given.stream.read(CHUNK):
        digest.update(part)
    return redirect(url_for("verification.index", sha256=digest.hexdigest()))
