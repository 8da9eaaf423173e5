"""A member of staff or a holder in front of a browser, played over HTTP: opens a page, fills its form, presses the button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import requests

from deploy.sample import PASSWORD

PATIENCE_SECONDS = 60
NOT_TYPED = {"submit", "button", "image", "reset", "file"}


class FormReader(HTMLParser):
    """The values of one form of a page: the first one whose button posts and that has a CSRF token, inside of <main>."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._inside = self._in_main = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        name, value = at.get("name") or "", at.get("value") or ""
        if tag == "main":
            self._in_main = True
        if tag == "form":
            self._inside = self._in_main and (at.get("method") or "").lower() == "post"
            if self._inside:
                self.forms.append({})
        elif not self._inside:
            return
        elif tag == "input" and at.get("type") == "checkbox" and name in self.forms[-1]:
            ticked = self.forms[-1][name]  # several boxes of one name are all ticked
            self.forms[-1][name] = [*(ticked if isinstance(ticked, list) else [ticked]), value or "y"]
        elif tag == "input" and name and at.get("type") not in NOT_TYPED:
            self.forms[-1][name] = value or ("y" if at.get("type") == "checkbox" else "")
        elif tag == "textarea" and name:
            self.forms[-1].setdefault(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.forms[-1].setdefault(self._select, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""


@dataclass
class Browser:
    """One window with its cookies."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, who: str) -> None:
        """As one of the sample's members of staff."""
        answer = self.submit("/login", email=f"{who}@cecsign.example", password=PASSWORD)
        assert "/login" not in answer.url, answer.text

    def filled(self, path: str, **typed: str) -> dict[str, Any]:
        """The page's form with every box ticked and these fields typed."""
        answer = self.session.get(self.address + path, timeout=PATIENCE_SECONDS)
        assert answer.ok, f"{path} answered {answer.status_code}"
        reader = FormReader()
        reader.feed(answer.text)
        form = next(form for form in reader.forms if "csrf_token" in form)
        unknown = set(typed) - set(form)
        assert not unknown, f"{path} has no field {unknown}"
        return form | typed

    def press(self, path: str, form: dict[str, Any]) -> requests.Response:
        """Send a filled form."""
        return self.session.post(
            self.address + path, data=form, headers={"Referer": self.address + path}, timeout=PATIENCE_SECONDS
        )

    def submit(self, path: str, **typed: str) -> requests.Response:
        """Open, fill, press."""
        return self.press(path, self.filled(path, **typed))

    def submit_button(self, page: str, action: str) -> requests.Response:
        """Press the button of a page whose form posts to `action` below it."""
        return self.press(page.rstrip("/") + f"/{action}/", {"csrf_token": self.filled(page)["csrf_token"]})
