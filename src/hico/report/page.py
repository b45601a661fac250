"""Tables as one HTML page that needs no network: a click on a column's head sorts by it."""

from collections.abc import Iterable
from html import escape

from hico.report.table import Table

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #1b1f24; max-width: 96rem; margin: 1.5rem auto; }
body { padding: 0 1.2rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; border: solid; border-width: 2px 0; }
th { text-align: left; border-bottom: 1px solid; vertical-align: bottom; white-space: nowrap; }
th, td { padding: .3rem .55rem; } td { white-space: nowrap; }
th.number, td.number { text-align: right; }
tbody tr:nth-child(even) { background: #f4f6f8; } tbody tr:hover { background: #e6f0fa; }
th button { all: unset; cursor: pointer; font-weight: 600; } th button:focus-visible { outline: 2px solid #0072b2; }
th button::after { content: " \\2195"; color: #9aa3ad; }
th[aria-sort=ascending] button::after { content: " \\2191"; color: inherit; }
th[aria-sort=descending] button::after { content: " \\2193"; color: inherit; }
p.note { color: #57606a; font-size: .87rem; max-width: 60rem; margin: .5rem 0; }
"""

_SCRIPT = """
const value = (row, column) => row.cells[column].textContent.replace("\\u2212", "-").replace(/,(?=\\d{3})/g, "");
const compare = (a, b) => {
  const x = parseFloat(a), y = parseFloat(b);
  if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y) || a.localeCompare(b);
  return x - y || a.localeCompare(b);
};
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.parentNode, body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].sort((a, b) => compare(value(a, head.cellIndex), value(b, head.cellIndex)));
    body.append(...(down ? rows.reverse() : rows));
  });
}
"""


def render(title: str, tables: Iterable[Table]) -> str:
    """A standalone page: one heading, then every table with its notes."""
    name = escape(title)
    head = f'<meta charset="utf-8"><title>{name}</title><style>{_STYLE}</style>'
    sections = "\n".join(_section(table) for table in tables)
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body><h1>{name}</h1>\n{sections}\n'
        f"<script>{_SCRIPT}</script></body></html>\n"
    )


def _section(table: Table) -> str:
    heading = f"<h2>{escape(table.title)}</h2>"
    if not table.rows:
        return f"{heading}\n<p>{escape(table.empty)}</p>"
    kinds = [' class="number"' if name in table.numeric else "" for name in table.header]
    names = zip(table.header, kinds, strict=True)
    head = "".join(f'<th scope="col"{kind}><button>{escape(name)}</button></th>' for name, kind in names)
    body = "\n".join(f"<tr>{_cells(row, kinds)}</tr>" for row in table.rows)
    notes = "".join(f'\n<p class="note">{escape(note)}</p>' for note in table.notes)
    return (
        f'{heading}\n<div class="scroll"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>{notes}"
    )


def _cells(row: Iterable[str], kinds: Iterable[str]) -> str:
    return "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
