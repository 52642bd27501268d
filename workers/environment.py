"""What can be known of the settings without reading them all, which takes longer than checking a file.

>>> expanded(Path("partners"))
PosixPath('partners')
"""

from __future__ import annotations

import os
from pathlib import Path

FILE_VARIABLE = "EDI_SETTINGS"
DEFAULT_FILE = "quayside.toml"
PREFIX = "EDI_"


class WrongSettings(Exception):
    """A setting is wrong, or the settings file cannot be read; the text says which and where it comes from."""


def settings_file() -> Path:
    """The file that settings are read from, if it exists."""
    return Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)


def find_partners() -> Path | None:
    """The folder of partner profiles that holds here and now; all settings are read only where a settings file may name it."""
    if named := os.environ.get(f"{PREFIX}PARTNERS"):
        return Path(named)
    if os.environ.get(FILE_VARIABLE) or settings_file().exists():
        from workers.settings import load_settings

        return load_settings().partners
    return None


def expanded(path: Path) -> Path:
    """The path with `~` replaced by the home folder, where the machine knows one."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
