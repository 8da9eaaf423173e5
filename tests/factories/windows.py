"""Windows of Chromium in which somebody has already come to where a test begins."""

from playwright.sync_api import Page

from tests.factories.staff import PASSWORD, make_staff
from tests.integration.test_main_line import Story


def enter_as_holder(page: Page, address: str, story: Story, *, to: str = "done") -> None:
    """The holder types application number and 申請PIN, and is led to where the passage stands."""
    page.goto(f"{address}/enrol/")
    page.fill("[name=number]", story.number)
    page.fill("[name=pin]", story.pin)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{to}*")


def sign_in_as(page: Page, portal_address: str, role: str, *, name: str = "佐藤 直樹") -> None:
    """A new member of staff with this role signs in to the portal."""
    person = make_staff(role, email=f"{role}@example.jp", name=name)
    page.goto(f"{portal_address}/login")
    page.fill("[name=email]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal_address}/")


def tab_to(page: Page, selector: str, *, within: str = "body", most: int = 120) -> None:
    """Press Tab until what the selector means has the focus, and see that it shows it.

    Raises:
        AssertionError: the keyboard does not come there, or nobody would see that it did.
    """
    for _time in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """([selector, within]) => {
                const at = document.activeElement;
                if (!at.matches(selector.replace(":visible", "")) || !at.closest(within)) return null;
                const style = getComputedStyle(at);
                const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                return ring || style.boxShadow !== "none";
            }""",
            [selector, within],
        )
        if found is not None:
            assert found, f"{selector} has the focus and does not show it"
            return
    raise AssertionError(f"Tab does not come to {selector}")


def stands_in(page: Page) -> str:
    """Name of the field with the cursor, once the page's scripts have put it there."""
    page.wait_for_load_state()
    return str(page.evaluate("document.activeElement.name || document.activeElement.id"))
