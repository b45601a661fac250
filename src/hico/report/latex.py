r"""Tables as LaTeX `tabular`s with booktabs rules, to be read by \input."""

from collections.abc import Iterable

from hico.report.cells import DASH, MARK, MINUS
from hico.report.table import Table

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    MINUS: r"$-$",
    MARK: r"$^\dagger$",
    DASH: "--",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
} | {character: f"\\{character}" for character in "&%$#_{}"}
_TABLE = str.maketrans(_SPECIAL)


def render(title: str, tables: Iterable[Table]) -> str:
    """All tables, one after the other, each as a `tabular` followed by its notes."""
    head = [f"% {' '.join(title.split())}", r"% needs \usepackage{booktabs}"]
    return "\n".join([*head, *(_tabular(table) for table in tables)]) + "\n"


def escape(text: str) -> str:
    """Plain text as LaTeX that shows exactly it, on one line."""
    return " ".join(text.split()).translate(_TABLE)


def _tabular(table: Table) -> str:
    columns = "".join("r" if name in table.numeric else "l" for name in table.header)
    body = [_line(row) for row in table.rows] or [rf"\multicolumn{{{len(columns)}}}{{l}}{{{escape(table.empty)}}} \\"]
    lines = [
        f"% {' '.join(table.title.split())}",
        rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}",
        r"\toprule",
        _line(table.header),
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        *(rf"\par\smallskip{{\footnotesize {escape(note)}}}" for note in table.notes),
    ]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    # The empty group keeps a cell that starts with a bracket from being read as an option of the line before.
    return " & ".join(f"{{}}{cell}" if cell.startswith("[") else cell for cell in map(escape, cells)) + r" \\"
