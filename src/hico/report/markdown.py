"""Tables as GitHub-flavoured Markdown."""

import re
from collections.abc import Iterable

from hico.report.table import Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def render(title: str, tables: Iterable[Table]) -> str:
    """A page: one heading, then every table with its notes."""
    sections = [f"# {escape(title)}", *(_section(table) for table in tables)]
    return "\n\n".join(sections) + "\n"


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly it, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _section(table: Table) -> str:
    heading = f"## {escape(table.title)}"
    if not table.rows:
        return f"{heading}\n\n{table.empty}"
    rule = ["--:" if name in table.numeric else ":--" for name in table.header]
    lines = [_line(map(escape, table.header)), _line(rule), *(_line(map(escape, row)) for row in table.rows)]
    return "\n\n".join([heading, "\n".join(lines), *map(escape, table.notes)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
