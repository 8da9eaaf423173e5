"""The newest migration is the one that migrations/.current-alembic-head names: two branches collide in git, not in production."""

import re
import sys
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def main() -> int:
    """Compare; the exit status is 1 if they differ."""
    files = sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    for path in (MIGRATIONS / "versions").glob("[0-9]*.py"):
        revision = re.search(r'^revision = "(.+)"$', path.read_text(), re.MULTILINE)
        if not revision or revision[1] != path.stem:
            print(f"{path.name}: the revision is not called like its file")
            return 1
    head = (MIGRATIONS / ".current-alembic-head").read_text().strip()
    if not files or files[-1] != head:
        print(f"head is {files[-1:]}, the head file says {head}")
        return 1
    print(f"head {head}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
