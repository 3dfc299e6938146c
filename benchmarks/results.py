"""Numbers that were measured, with their budgets, and how they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Number:
    """One number: what it is, its unit, the most it may be if that is limited, and how it was found."""

    what: str
    value: float
    unit: str = ""
    budget: float | None = None
    method: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether it is over its budget."""
        return self.budget is not None and not self.value <= self.budget


@dataclass(slots=True)
class Section:
    """Numbers of one kind, and sentences that belong to them."""

    title: str
    intro: str = ""
    numbers: list[Number] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Tables that have other columns, as Markdown.
    tables: list[str] = field(default_factory=list)

    def add(
        self, what: str, value: float, unit: str = "", budget: float | None = None, method: str = ""
    ) -> None:
        """Add a number."""
        self.numbers.append(Number(what, value, unit, budget, method))


def markdown(section: Section) -> str:
    """Return a section as Markdown."""
    parts = [f"## {section.title}"]
    if section.intro:
        parts.append(section.intro)
    if section.numbers:
        rows = [
            [number.what, _quantity(number.value, number.unit), _budget(number), number.method]
            for number in section.numbers
        ]
        parts.append(table(["what", "measured", "budget", "how"], rows))
    parts += section.tables
    if section.notes:
        parts.append("\n".join(f"- {note}" for note in section.notes))
    return "\n\n".join(parts)


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _budget(number: Number) -> str:
    if number.budget is None:
        return ""
    verdict = "**broken**" if number.is_broken else "kept"
    return f"{_quantity(number.budget, number.unit)}: {verdict}"


def _quantity(value: float, unit: str) -> str:
    return f"{shown(value)} {unit}".strip()


def shown(value: float) -> str:
    """Return a number with three significant digits, whole ones as they are."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
