"""Paragraphs that lead back to who said it: citations, live figures, and what is refused.

An official writes `[123]` to cite contribution 123 and `{people}` for a figure that is counted
when the page is shown. Each paragraph cites at least one contribution of its theme, and holds no
figure that neither the data nor what it cites gives. Pure: texts in, sentences out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from civic.i18n import decimal, gettext as _
from civic.text import fold

CITATION = re.compile(r"\[(\d{1,9})\]")
FIELD = re.compile(r"\{(\w+)\}")
FIELDS = ("contributions", "people", "texts")
NUMBER = re.compile("\\d+(?:[ \u00a0\u202f.,]\\d+)*")
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
YEARS = range(1000, 2200)  # a year is a date, not a count
SMALL = 1  # "1" alone is a word more often than a count


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as typed, and the contributions that it cites, in their order."""

    text: str
    cited: tuple[int, ...]


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a text; an empty line separates them. Headings cite nothing.

    >>> [p.cited for p in paragraphs("Des bancs [12][7].\\n\\nDe l'ombre [12].")]
    [(12, 7), (12,)]
    """
    parts = (part.strip() for part in re.split(r"\n\s*\n", text.strip()))
    return [
        Paragraph(part, tuple(dict.fromkeys(int(n) for n in CITATION.findall(part))))
        for part in parts
        if part and not part.startswith("#")
    ]


def cited_in(*texts: str) -> set[int]:
    """Every contribution that these texts cite."""
    return {number for text in texts for part in paragraphs(text) for number in part.cited}


def faults(text: str, inside: Collection[int], said: Mapping[int, str]) -> list[str]:
    """What stands against a text, in sentences; empty when it can be saved.

    Parameters
    ----------
    inside : collection of int
        The public contributions of the theme.
    said : mapping of int to str
        Title and text of those that are cited.
    """
    found = []
    for number, part in enumerate(paragraphs(text), 1):
        if not part.cited:
            found.append(_("Paragraph %(number)s cites no contribution.", number=number))
        for key in part.cited:
            if key not in inside:
                message = _("Paragraph %(number)s cites n° %(key)s, which is not public in this"
                            " theme.", number=number, key=key)  # fmt: skip
                found.append(message)
        known = " ".join(said.get(key, "") for key in part.cited)
        found += [
            _("Paragraph %(number)s says “%(figure)s”: neither the data nor what it cites gives"
              " this figure.", number=number, figure=figure)
            for figure in unfounded(part.text, known)
        ]  # fmt: skip
        found += [
            _("{%(name)s} is not a figure. These are: %(names)s.", name=name,
              names=", ".join(f"{{{field}}}" for field in FIELDS))
            for name in FIELD.findall(part.text)
            if name not in FIELDS
        ]  # fmt: skip
    return found


def unfounded(text: str, known: str) -> list[str]:
    """Figures of a text that stand neither in quotation marks nor in what it cites.

    >>> unfounded("La moitié des 120 personnes, en 2026 [3].", "rien")
    ['120']
    >>> unfounded("Un parc de 3,5 ha [3].", "Il fait 3,5 ha.")
    []
    """
    bare = QUOTED.sub(" ", CITATION.sub(" ", text))
    given = {_plain(number) for number in NUMBER.findall(known)}
    return [
        number
        for number in NUMBER.findall(bare)
        if _plain(number) not in given and not _is_word(number)
    ]


def _plain(number: str) -> str:
    return re.sub("[ \u00a0\u202f]", "", number).rstrip(".,")


def _is_word(number: str) -> bool:
    plain = _plain(number)
    return (
        plain.isdecimal()
        and len(plain) <= 4
        and (int(plain) <= SMALL or (len(plain) == 4 and int(plain) in YEARS))
    )


def without_gone(text: str, gone: Mapping[int, str]) -> str:
    """The text without its quotations of what is no longer public.

    Parameters
    ----------
    gone : mapping of int to str
        Title and text of the contributions that nobody may read any more.

    >>> without_gone("On dit « des bancs » et « du pain » [3][4].", {3: "Des bancs !"})
    'On dit « … » et « du pain » [3][4].'
    """
    parts = re.split(r"(\n\s*\n)", text)
    return "".join(_paragraph_without(part, gone) for part in parts)


def _paragraph_without(text: str, gone: Mapping[int, str]) -> str:
    cited = {int(number) for number in CITATION.findall(text)}
    said = " ".join(_bare(gone[key]) for key in sorted(cited & set(gone)))
    if not said:
        return text
    is_all_gone = cited <= set(gone)

    def strike(found: re.Match[str]) -> str:
        return "« … »" if is_all_gone or _bare(found[0]) in said else found[0]

    return QUOTED.sub(strike, text)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def with_links(html: str, figures: Mapping[str, int], public: Collection[int]) -> str:
    """Cleaned HTML with its citations as links and its figures as they are now.

    Only digits and known names are put in, so what was clean stays so.

    Parameters
    ----------
    public : collection of int
        What can be read now; a citation of anything else says that it cannot.
    """

    def link(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in public:
            return f'<span class="cite">[{_("no longer public")}]</span>'
        return f'<a class="cite" href="/contributions/{number}">[{number}]</a>'

    html = CITATION.sub(link, html)
    return FIELD.sub(
        lambda found: decimal(figures[found[1]]) if found[1] in figures else found[0], html
    )
