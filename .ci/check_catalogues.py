"""Every text that a person can see has a Japanese translation, none is fuzzy, and placeholders agree."""

import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from app.core.catalogues import PACKAGES, catalogue_directories  # noqa: E402  after the path is set

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def texts() -> dict[str, str]:
    """Every text in the source with the place where it stands."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        options = {"**/templates/**.html": {"extensions": "jinja2.ext.do"}}
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / package, METHODS, options, keywords=KEYWORDS
        ):
            for each in message if isinstance(message, tuple) else (message,):
                if each:
                    found.setdefault(each, f"{package}/{name}:{line}")
    return found


def translations() -> dict[str, str]:
    """Every Japanese text, of all rooms."""
    known: dict[str, str] = {}
    for directory in catalogue_directories():
        with (directory / "ja" / "LC_MESSAGES" / "messages.po").open("rb") as source:
            for entry in read_po(source, locale="ja"):
                if entry.id and not entry.fuzzy:
                    text = entry.string[0] if isinstance(entry.string, tuple) else entry.string
                    known[entry.id[0] if isinstance(entry.id, tuple) else entry.id] = text
    return known


def clashes() -> list[str]:
    """Texts with two different translations: all rooms share one catalogue, so one of them would never be seen."""
    found: dict[str, dict[str, str]] = {}
    for directory in catalogue_directories():
        with (directory / "ja" / "LC_MESSAGES" / "messages.po").open("rb") as source:
            for entry in read_po(source, locale="ja"):
                if entry.id:
                    found.setdefault(str(entry.id), {})[str(directory.relative_to(ROOT))] = str(entry.string)
    return [
        f"{text!r} is translated differently: {places}"
        for text, places in found.items()
        if len(set(places.values())) > 1
    ]


def main() -> int:
    """Print what is wrong; the exit status is 1 if anything is."""
    known = translations()
    wrong = clashes()
    for text, place in texts().items():
        if not known.get(text):
            wrong.append(f"{place}: no Japanese for {text!r}")
        elif set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(known[text])):
            wrong.append(f"{place}: placeholders differ in {text!r}")
    print("\n".join(wrong) or "catalogues are complete")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
