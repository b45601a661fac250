"""One table as text: what Markdown, LaTeX and HTML render alike."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Cells are plain text; escaping is the renderers' work. `numeric`: columns set to the right."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    empty: str = "Nothing here: the configuration asks for no such run."

    def without_empty(self, columns: frozenset[str], nothing: str) -> "Table":
        """The same table without those of `columns` that say `nothing` in every row."""
        keep = [
            i for i, name in enumerate(self.header) if name not in columns or any(r[i] != nothing for r in self.rows)
        ]
        rows = tuple(tuple(row[i] for i in keep) for row in self.rows)
        return Table(self.title, tuple(self.header[i] for i in keep), rows, self.numeric, self.notes, self.empty)
