"""The stage of the tour: a browser with one window per person, numbered pictures, kept PDFs."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    sync_playwright,
)

from tests.tour.checks import CheckFailedError

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
EXPECTED = re.compile(r"status of (422|404)")  # refusals and a wrong address are part of the story


@dataclass
class Stage:
    """One browser. Every person has a context of their own, so that nobody borrows another's cookies."""

    out: Path
    number: int = 0
    windows: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    _playwright: Playwright | None = None
    _browser: Browser | None = None

    def __enter__(self) -> Self:
        self.out.mkdir(parents=True, exist_ok=True)
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self.windows:
            for who, page in self.windows.items():
                page.screenshot(path=self.out / f"failed-{who}.png", full_page=True)
        if self._browser:
            self._browser.close()
        if self._playwright:
            self._playwright.stop()

    def window(self, who: str, url: str) -> Page:
        """The person's window, opened at this address the first time."""
        if who not in self.windows:
            page = self._context().new_page()
            page.on("console", lambda message: self._listen(who, message.type, message.text))
            page.on("pageerror", lambda error: self._listen(who, "error", str(error)))
            page.goto(url)
            self.windows[who] = page
        return self.windows[who]

    def shot(self, page: Page, title: str, *, whole: bool = False) -> Path:
        """A numbered picture of a page as the person sees it."""
        self.number += 1
        path = self.out / f"{self.number:02d}-{_slug(title)}.png"
        page.screenshot(path=path, full_page=whole)
        self.check_width(page, title)
        return path

    def page_picture(self, page: Page, name: str) -> None:
        """A picture of the whole page beside the story, named by what it shows."""
        folder = self.out / "pages"
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    def also(self, page: Page, title: str, *, language: str = "", phone: bool = False) -> None:
        """The same page in the other language, or on a telephone; afterwards the window is as it was."""
        here = page.url
        if phone:
            page.set_viewport_size(PHONE)
        if language:
            page.goto(_with_language(here, language))
        self.shot(page, f"{title}-{'390' if phone else language}", whole=phone)
        if language:
            page.goto(_with_language(here, "ja"))
        page.set_viewport_size(DESK)

    def keep(self, name: str, data: bytes) -> Path:
        """Keep a document beside the pictures, with the next number."""
        self.number += 1
        path = self.out / f"{self.number:02d}-{name}"
        path.write_bytes(data)
        return path

    def _context(self) -> BrowserContext:
        if self._browser is None:
            raise RuntimeError("the stage is not open")
        return self._browser.new_context(viewport=DESK, locale="ja-JP", timezone_id="Asia/Tokyo", accept_downloads=True)

    def _listen(self, who: str, kind: str, text: str) -> None:
        if kind == "error" and not EXPECTED.search(text):
            self.complaints.append(f"{who}: {text}")

    def check_width(self, page: Page, title: str) -> None:
        """Complain if the page is wider than the window."""
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            self.complaints.append(f"{title}: the page is {wide} px wider than the window")


def submit(page: Page, button: str | re.Pattern[str]) -> None:
    """Press a button and wait for the page that follows. An answer of the server with an error ends the tour."""
    with page.expect_navigation() as arrival:
        page.get_by_role("button", name=button).first.click()
    response = arrival.value
    if response is not None and response.status >= 500:
        raise CheckFailedError(f"{page.url} answered {response.status}")


def _with_language(url: str, language: str) -> str:
    base, _, fragment = url.partition("#")
    base = re.sub(r"([?&])lang=\w+&?", r"\1", base).rstrip("?&")
    return f"{base}{'&' if '?' in base else '?'}lang={language}{'#' + fragment if fragment else ''}"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
