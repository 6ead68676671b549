"""A parsed page, and what every page of Palabre must have."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bs4 import BeautifulSoup, Tag

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = ("hidden", "submit", "button")


class Page:
    """One HTML answer. `is_whole` tells a page from a fragment."""

    def __init__(self, html: str) -> None:
        self.soup = BeautifulSoup(html, "html.parser")
        self.is_whole = self.soup.find("html") is not None

    @classmethod
    def of(cls, response: Any) -> Page | None:
        """The page of a response, checked; None when it is not HTML."""
        if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 304):
            return None
        page = cls(response.get_data(as_text=True))
        faults = page.faults()
        assert not faults, f"{response.request.path}: {faults}"
        return page

    def faults(self) -> list[str]:
        """What this page lacks."""
        return [
            *self._double_ids(),
            *self._unlabelled(),
            *self._bare_links(),
            *self._open_forms(),
            *(self._frame() if self.is_whole else []),
        ]

    def _double_ids(self) -> list[str]:
        counted = Counter(tag["id"] for tag in self.soup.find_all(id=True))
        return [f"id {name} stands {times} times" for name, times in counted.items() if times > 1]

    def _unlabelled(self) -> list[str]:
        labelled = {label.get("for") for label in self.soup.find_all("label")}
        return [
            f"{control.name} {control.get('name')} has no label"
            for control in self.soup.find_all(LABELLED)
            if control.get("type") not in UNLABELLED_TYPES
            and control.get("id") not in labelled
            and not control.get("aria-label")
        ]

    def _bare_links(self) -> list[str]:
        return [
            f"a link to {link.get('href')} has no words"
            for link in self.soup.find_all("a")
            if not link.get_text(strip=True) and not link.get("aria-label")
        ]

    def _open_forms(self) -> list[str]:
        posting = self.soup.find_all("form", method="post")
        return [
            f"the form to {form.get('action')} has no token"
            for form in posting
            if not form.find("input", attrs={"name": "csrf_token"})
        ]

    def _frame(self) -> list[str]:
        faults = []
        if len(self.soup.find_all("h1")) != 1:
            faults.append("not exactly one h1")
        if not self.soup.html or not self.soup.html.get("lang"):
            faults.append("no language")
        if not self.soup.title or not self.soup.title.get_text(strip=True):
            faults.append("no title")
        if not self.soup.find("main"):
            faults.append("no main landmark")
        if self.soup.find(["style", "iframe"]) or self.soup.find(style=True):
            faults.append("an inline style or a frame")
        if any(not script.get("src") for script in self.soup.find_all("script")):
            faults.append("an inline script")
        return faults

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return self._words(self.soup.h1)

    @property
    def text(self) -> str:
        """The words of the main part, spaces folded."""
        return self._words(self.soup.find("main") or self.soup)

    @staticmethod
    def _words(tag: Tag | None) -> str:
        return " ".join(tag.get_text(" ").split()) if tag else ""

    def value_of(self, name: str) -> str:
        """The value of the first field with this name."""
        field = self.soup.find(attrs={"name": name})
        assert field is not None, f"no field {name}"
        if field.name == "textarea":
            return field.get_text().removeprefix("\r").removeprefix("\n")  # as a browser does
        return str(field.get("value", ""))

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that posts to this address, with their values."""
        for form in self.soup.find_all("form"):
            if form.get("action") == action:
                return {
                    f["name"]: f.get_text() if f.name == "textarea" else f.get("value", "")
                    for f in form.find_all(LABELLED)
                    if f.get("name")
                }
        raise AssertionError(f"no form to {action}")

    def links(self) -> list[str]:
        """Where the links lead."""
        return [link["href"] for link in self.soup.find_all("a", href=True)]

    def buttons(self) -> list[str]:
        """The words of the buttons."""
        return [self._words(button) for button in self.soup.find_all("button")]
