"""One table of a profile file while it is read: values of the right type and form, and a sentence for each that is not.

Nothing raises here: what is wrong is added to `problems` (file, key, what was found, what was expected) and an empty value takes its place,
so that one look at the messages mends the whole file.

>>> wrong: list[str] = []
>>> Section("nord.toml", {"name": 7}, wrong).text("name", ".+", "a name"), wrong
('', ['nord.toml: name is 7, expected a name.'])
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from edi.findings import quote
from edi.profiles import MessageType

MAX_LIST = 10_000
_TYPE = re.compile(r"([A-Z]{6})(?: ([A-Z0-9]{1,3}\.[A-Z0-9]{1,3})(?: (\S{1,12}))?)?")
_NOT_STATED: Any = object()


@dataclass(frozen=True)
class Section:
    """A table of a file; `inside` is its path in the file, with a point behind."""

    file: str
    values: dict[str, Any]
    problems: list[str]
    inside: str = ""

    def wrong(self, key: str, expected: str, found: Any = _NOT_STATED) -> None:
        """Take note that the value of a key (or something in it) is not what was expected."""
        value = self.values.get(key, _NOT_STATED) if found is _NOT_STATED else found
        shown = "missing" if value is _NOT_STATED else quote(value) if isinstance(value, str) else quote(repr(value))[1:-1]
        self.problems.append(f"{self.file}: {self.inside}{quote(key)[1:-1]} is {shown}, expected {expected}.")

    def refuse(self, key: str, words: str) -> None:
        """Take note that a key may not be there."""
        self.problems.append(f"{self.file}: {self.inside}{quote(key)[1:-1]} {words}.")

    def allow(self, *keys: str) -> None:
        """Refuse all other keys, so that a misspelt one is seen."""
        for key in self.values:
            if key not in keys:
                self.refuse(key, f"is no key of a profile here, expected one of {', '.join(keys)}")

    def text(self, key: str, form: str, expected: str, needed: bool = False) -> str:
        """A text of a form; "" where it is missing or wrong."""
        value = self.values.get(key, "")
        if key not in self.values and not needed:
            return ""
        if not isinstance(value, str) or not value.isprintable() or not re.fullmatch(form, value):
            self.wrong(key, expected)
            return ""
        return value

    def texts(self, key: str, form: str, expected: str) -> list[str]:
        """A list of texts of a form."""
        found = []
        for value in self._list(key, expected):
            if isinstance(value, str) and value.isprintable() and re.fullmatch(form, value):
                found.append(value)
            else:
                self.wrong(key, expected, value)
        return found

    def one_or_more(self, key: str, form: str, expected: str) -> list[str]:
        """A text of a form, or a list of them."""
        if key in self.values and not isinstance(self.values[key], list):
            value = self.text(key, form, expected)
            return [value] if value else []
        return self.texts(key, form, expected)

    def choice(self, key: str, known: Collection[str], default: str) -> str:
        """One of the known names, in any case of letters; the default where it is missing or wrong."""
        if key not in self.values:
            return default
        value = self.values[key]
        name = next((name for name in known if isinstance(value, str) and name.lower() == value.lower()), None)
        if name is None:
            self.wrong(key, f"one of {', '.join(known)}")
        return default if name is None else name

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "true or false")
        return value is True

    def number(self, key: str, least: int, most: int) -> int | None:
        value = self.values.get(key)
        if key not in self.values or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
            return value
        self.wrong(key, f"a whole number from {least} to {most}")
        return None

    def section(self, key: str) -> Section:
        """The table below a key; an empty one where it is missing or wrong."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, f"a table [{key}]")
            value = {}
        return Section(self.file, value, self.problems, f"{self.inside}{key}.")

    def sections(self, key: str, expected: str) -> Iterator[Section]:
        """The tables of a list."""
        for number, value in enumerate(self._list(key, expected), 1):
            if isinstance(value, dict):
                yield Section(self.file, value, self.problems, f"{self.inside}{key}[{number}].")
            else:
                self.wrong(key, expected, value)

    def message_type(self, key: str, text: str, release_needed: bool = False) -> MessageType | None:
        """A message type with or without release and association assigned code; None where the text is something else."""
        match = _TYPE.fullmatch(text)
        if match and (match[2] or not release_needed):
            return MessageType(match[1], match[2] or "", match[3] or "")
        self.wrong(key, "a message type such as INVOIC D.96A or INVOIC D.96A EAN008", text)
        return None

    def _list(self, key: str, expected: str) -> list[Any]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or len(value) > MAX_LIST:
            self.wrong(key, f"{expected}, at most {MAX_LIST}" if isinstance(value, list) else expected)
            return []
        return value
