"""docs/settings.md: every setting with its variable, default and meaning. `python -m workers.settings_page > docs/settings.md` writes it.

>>> "| `EDI_DATABASE_URL` | `sqlite:///quayside.db` | " in render()
True
"""

from __future__ import annotations

from typing import Any

from workers.environment import PREFIX
from workers.settings import Settings

_HEAD = """\
# Settings

Each is read from its environment variable, else from the TOML file named by `EDI_SETTINGS` (else `quayside.toml` in the current
folder), where its name is written small and without `EDI_`. Times are in seconds unless they say otherwise. Secrets belong into the
environment. A process reads its settings once, when it starts. This page is printed by
`python -m workers.settings_page > docs/settings.md`; do not edit it by hand.

| Variable | Default | Meaning |
|---|---|---|
"""
_MADE = {"directories": "~/.cache/quayside/directories"}
"""Defaults that depend on the machine."""


def render() -> str:
    """The page."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(name, field)} | {(field.description or '').replace('|', '/')} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD + "".join(rows)


def _default(name: str, field: Any) -> str:
    value = _MADE.get(name, field.default)
    return "" if value is None else f"`{value}`"


if __name__ == "__main__":
    print(render(), end="")
