"""A new partner as a file: written as a whole or not at all, after it was read back and found to fit all other profiles.

>>> print(profile_text({"name": "Kai", "gln": ["9520000071004"], "channels": {"answers": "folder"}}), end="")
name = "Kai"
gln = ["9520000071004"]
<BLANKLINE>
[channels]
answers = "folder"
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from edi.partner_channels import KEY, KEY_WORDS
from edi.partner_files import HOUSE, WrongProfiles, load, load_beside


def profile_text(values: dict[str, Any]) -> str:
    """The TOML of a profile; what is empty is left out, tables come last."""
    plain = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value and not isinstance(value, dict)]
    tables = {name: {key: inner for key, inner in value.items() if inner} for name, value in values.items() if isinstance(value, dict)}
    return "".join(plain) + "".join(f"\n[{name}]\n{profile_text(inner)}" for name, inner in tables.items() if inner)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)  # a string of JSON is one of TOML; control characters are refused when it is read back


def add(folder: Path, key: str, text: str) -> Path:
    """Write the profile of a new partner; raises `WrongProfiles` where it cannot be used. No file is ever overwritten."""
    target, waiting = folder / f"{key}.toml", folder / f".{key}.toml.part"
    if not KEY.fullmatch(key) or target.name == HOUSE:
        raise WrongProfiles([f"{key!a} is no key of a partner. {KEY_WORDS}"])
    try:
        with waiting.open("w", encoding="utf-8", errors="replace") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        load_beside(folder, {target.name: waiting})
        os.link(waiting, target)  # unlike a rename it refuses a file that is there
    except FileExistsError:
        raise WrongProfiles([f"{target.name} is there already. Edit it, or choose another key."]) from None
    except OSError as error:
        raise WrongProfiles([f"{target.name} cannot be written: {error.strerror}. Check the folder {folder}."]) from None
    finally:
        waiting.unlink(missing_ok=True)
    load.cache_clear()
    return target
