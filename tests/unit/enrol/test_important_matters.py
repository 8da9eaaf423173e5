"""The text that holders agree to, and its version, change together."""

import hashlib

from babel.messages.pofile import read_po

from app.core.settings import ROOT
from app.enrol.important_matters import MATTERS, VERSION

CATALOGUE = ROOT / "app/enrol/translations/enrolment/ja/LC_MESSAGES/messages.po"
# Of every version that was shown to anybody. A sentence was changed? Raise VERSION and add a line; never change one.
TEXTS = {"2026-11": "76b6dba6514fb345cfba234ff99dab5c22ae7c056ffac14f6a40b994e0323d37"}


def test_the_version_names_this_text() -> None:
    with CATALOGUE.open("rb") as source:
        japanese = {str(entry.id): str(entry.string) for entry in read_po(source, locale="ja") if entry.id}
    words = [str(each._args[0]) for pair in MATTERS for each in pair]
    text = "\n".join(f"{word}\n{japanese[word]}" for word in words)
    assert hashlib.sha256(text.encode()).hexdigest() == TEXTS[VERSION]
