"""An error that names a field is shown at that field, so a form has it: by this name, or as a control of a template.

`admin.base.tell` puts a sentence above the form if there is no such field. That hides a wrong name: nobody sees that the
field with the mistake is not marked.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
RAISING = ("mailings", "registration", "issuance", "app")
SCREENS = ("admin", "app")
CONTROL = re.compile(r"""name=["']([a-z][a-z0-9_]*)""")  # also where a key follows: name="grams-{{ piece.id }}"
NO_FORM = {
    "asked_at": "the command line; the page asks for a day and refuses one to come itself",
    "company_number": "a field of form 1, as registration.rules.checklist has it",
    "postal_code": "the answer to a look-up by script, which shows the sentence beside what it looked up",
    "recipient_": "the beginning of five names, each of which is a field",
    "options": "services of the post: they follow from the kind of letter, nobody types them",
    "roles": "the command line",
}
IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]*$")  # a profile's key (crl.latest_after_hours) stands in the sentence itself


def trees(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "client" not in path.relative_to(ROOT).parts[:2]:
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def is_error(call: ast.Call) -> bool:
    """Whether something is called that makes a DomainError: SomeError(…), or super().__init__(…) of one."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name.endswith("Error") or name == "__init__"


def named() -> dict[str, set[str]]:
    """Field names as errors give them, with the files that do."""
    found: dict[str, set[str]] = {}
    for path, tree in trees(*RAISING):
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_error(node)):
            for keyword in call.keywords:
                if keyword.arg != "field":
                    continue
                for each in ast.walk(keyword.value):
                    if isinstance(each, ast.Constant) and IDENTIFIER.match(str(each.value)):
                        found.setdefault(each.value, set()).add(str(path))
    return found


def known() -> set[str]:
    """Fields of every form, and controls that templates write themselves."""
    fields = {
        target.id
        for _path, tree in trees(*SCREENS)
        for body in (node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
        for line in body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    templates = (path for package in SCREENS for path in (ROOT / package).rglob("*.html"))
    return fields | {name for path in templates for name in CONTROL.findall(path.read_text(encoding="utf-8"))}


def test_every_field_that_an_error_names_exists() -> None:
    fields = known()
    assert {"witness", "item_number_again", "grams", "password"} <= fields
    errors = named()
    assert {"witness", "item_number_again", "notice_code"} <= errors.keys()
    assert {name: sorted(files) for name, files in errors.items() if name not in fields | NO_FORM.keys()} == {}
