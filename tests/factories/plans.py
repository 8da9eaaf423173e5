"""What PostgreSQL does for a page: the statements that it sends, their plans, and what is wrong with them."""

from collections.abc import Container, Iterator
from typing import Any

from sqlalchemy import event

from app.core.db import db


class statements:  # noqa: N801  used as a function
    """Every SELECT that is sent while this is open, with its values."""

    def __enter__(self) -> list[tuple[str, Any]]:
        self.asked: list[tuple[str, Any]] = []
        event.listen(db.engine, "before_cursor_execute", self.note)
        return self.asked

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self.note)

    def note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.asked.append((statement, values))


def plan_of(statement: str, values: Any, *, without_scans: bool = False) -> dict[str, Any]:
    """The plan and what it did; without scans of whole tables, where any other way is possible."""
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        if without_scans:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        return cursor.fetchone()[0][0]["Plan"]


def nodes(plan: dict[str, Any], *above: str) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Every node of a plan with the kinds of those above it."""
    yield plan, above
    for each in plan.get("Plans", ()):
        yield from nodes(each, *above, plan["Node Type"])


def faults_of(plan: dict[str, Any], big: Container[str]) -> list[str]:
    """A sequential scan of a big table, or a count without a limit under it."""
    faults = []
    for node, above in nodes(plan):
        if node.get("Relation Name") not in big:
            continue
        if "Seq Scan" in node["Node Type"]:
            faults.append("Seq Scan")
        counting = max((place for place, kind in enumerate(above) if kind == "Aggregate"), default=-1)
        if counting >= 0 and "Limit" not in above[counting:]:
            faults.append("count")
    return faults


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that the scans of a plan looked at, in vain or not."""
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(
        (node["Actual Rows"] + sum(node.get(name, 0) for name in removed)) * node["Actual Loops"]
        for node, _above in nodes(plan)
        if "Scan" in node["Node Type"] and node.get("Relation Name")
    )
