"""Original UN/EDIFACT directories (ZIP files as UNECE publishes them) turned into our compact tables.

Only structure and codes are taken: tags, status, counts, representations, code lists (`edi.edifact.directory_codes`). The notation is the
one `edi.edifact.grammar` reads (see schemas/README.md). Old (TRMD, TRSD; 1993 to 1996) and new names (EDMD, EDSD) are read, draft (D.96A)
and standard directories (S.93A), nested ZIPs, code page 437, change marks.
The archive comes from outside: entries, sizes and nesting are limited, and nothing is ever written to a path taken from it.

    python -m edi.edifact.directory d96a.zip INVOIC --into schemas/edifact
"""

from __future__ import annotations

import io
import lzma
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from edi.edifact.directory_codes import RULE, code_lists, open_elements

MAX_ENTRIES = 2_000
MAX_BYTES = 100_000_000
MAX_NESTING = 3
MAX_LINE = 300
"""Characters of a line that are read; lines of the originals have 80."""
MAX_TABLE = 2_000
MAX_DEPTH = 20

_SEGMENT_HEAD = re.compile(r"^(?:\W|X\W)*([A-Z]{3})\s{2,}\S")
_MEMBER = re.compile(
    r"^(?:\W|X\W)*(?:(?P<position>\d{3})(?:\W|X\W)+)?(?P<id>[CSE]?\d{3,4})\s+\S.*?\s(?P<status>[MC])(?:\s+(?P<repeat>\d+))?(?:\s+(?P<repr>an?(?:\.\.)?\d+|n(?:\.\.)?\d+))?\s*$"
)
_BEGUN = re.compile(r"^(\W|X\W)*(\d{3}(\W|X\W)+)?[CSE]?\d{3,4}\s")
_GROUP = re.compile(r"Segment group\s+(\d+)\W+?\s([MC])\s+(\d+)(.*)$")
_TABLE_SEGMENT = re.compile(r"^\W*\d{4,5}(?:\W|X\W)+([A-Z]{3})\s.*?\s([MC])\s+(\d+)(.*)$")
_BRANCH_ENDS = re.compile(r"[┘┴+\u0027\u00d9\u00c1]")


@dataclass(slots=True)
class Directory:
    """The facts of one release: its name, segments, composites, elements, segment tables by message type, codes by element.

    `open` names the elements whose codes are not all in their list.
    """

    release: str = ""
    segments: dict[str, str] = field(default_factory=dict)
    composites: dict[str, str] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


def read_directory(archive: bytes) -> Directory:
    """The structure facts in a directory ZIP; ValueError when it holds no segment directory or breaks a limit."""
    directory, lists, elements = Directory(), [], []
    try:
        texts = list(_texts(archive, _Budget()))
    except (zipfile.BadZipFile, zlib.error, OSError, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(f"not a ZIP archive that can be read: {error}") from error
    for name, content in texts:
        upper = name.upper()
        text = "\n".join(line[:MAX_LINE] for line in content.decode("cp437").replace("\r", "").split("\n"))
        if re.fullmatch(r"(ED|TR)SD\.\d\d[A-C]", upper):
            directory.release = f"{directory.release[:1] or 'D'}.{upper[-3:]}"
            _read_segments(text, directory)
        elif match := re.fullmatch(r"([A-Z]{6})_([DS])\.\d\d[A-C]", upper):
            directory.messages[match[1]] = segment_table(text)
            directory.release = f"{match[2]}{directory.release[1:]}"
        elif upper.startswith("UNCL"):
            lists.append(text)
        elif re.match("(ED|TR)ED", upper):
            elements.append(text)
    directory.codes, directory.open = code_lists(lists), open_elements(elements)
    if not directory.segments:
        raise ValueError("no batch segment directory (EDSD or TRSD) in this archive")
    return directory


@dataclass(slots=True)
class _Budget:
    """What an archive and all archives in it may still use."""

    entries: int = MAX_ENTRIES
    size: int = MAX_BYTES

    def unpack(self, bundle: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        """The content of an entry, whatever size it claims to have."""
        with bundle.open(entry) as stream:
            content = stream.read(self.size + 1)
        self.size -= len(content)
        if self.size < 0:
            raise ValueError("the archive unpacks to more than its limit")
        return content


def _texts(archive: bytes, budget: _Budget, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        budget.entries -= len(bundle.infolist())
        if budget.entries < 0 or depth > MAX_NESTING:
            raise ValueError("the archive has too many entries or is nested too deeply")
        for entry in bundle.infolist():
            name = re.split(r"[/\\]", entry.filename)[-1]
            if name.lower().endswith(".zip"):
                yield from _texts(budget.unpack(bundle, entry), budget, depth + 1)
            elif re.search(r"(SD|_[DS]|^(ED|TR)ED|^UNCL(-\d)?)\.\d\d[A-C]$", name, re.IGNORECASE):
                yield name, budget.unpack(bundle, entry)


def _read_segments(text: str, directory: Directory) -> None:
    for section in RULE.split(text):
        lines = _joined(section)
        head = next(filter(None, map(_SEGMENT_HEAD.match, lines)), None)
        members = [match for match in map(_MEMBER.match, lines) if match]
        if not head or not members:
            continue
        directory.segments[head[1]] = " ".join(_term(match) for match in members if match["position"])
        composite: list[str] = []
        for match in members:
            if match["repr"]:
                directory.elements[match["id"]] = match["repr"]
            if match["position"]:
                composite = []
                if not match["repr"]:
                    directory.composites[match["id"]] = ""
                    composite = [match["id"]]
            elif composite:
                parts = f"{directory.composites[composite[0]]} {match['id']}{'*' if match['status'] == 'M' else ''}"
                directory.composites[composite[0]] = parts.strip()


def _joined(section: str) -> list[str]:
    """Lines of the section, an entry whose name wraps onto a second line put back together."""
    lines: list[str] = []
    for line in section.split("\n"):
        if lines and re.match(r"^\s{12,}\S", line) and _BEGUN.match(lines[-1]) and not _MEMBER.match(lines[-1]):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return lines


def _term(match: re.Match[str]) -> str:
    repeat = f"x{match['repeat']}" if match["repeat"] and match["repeat"] != "1" else ""
    return f"{match['id']}{repeat}{'*' if match['status'] == 'M' else ''}"


def segment_table(text: str) -> str:
    """The segment table of a message specification, in our notation: one line per segment or group, two blanks per level.

    Empty where the text holds none, or one that is longer or nested more deeply than any real one.
    """
    lines, depth = [], 0
    for line in text[text.rfind("Segment table") :].split("\n"):
        if group := _GROUP.search(line):
            lines.append(f"{'  ' * depth}SG{group[1]} {group[2]} {group[3]}")
            depth += 1
            depth -= len(_BRANCH_ENDS.findall(group[4])) if _closes_here(group[4]) else 0
        elif segment := _TABLE_SEGMENT.match(line):
            lines.append(f"{'  ' * depth}{segment[1]} {segment[2]} {segment[3]}")
            depth -= len(_BRANCH_ENDS.findall(segment[4]))
        if depth > MAX_DEPTH or len(lines) > MAX_TABLE:
            return ""
    return "\n".join(lines)


def _closes_here(tail: str) -> bool:
    """A group line opens its own bracket with one corner (`+` in new files, `┐` in old ones); more would close outer ones."""
    return False if tail.count("+") <= 1 else tail.strip("-| ").startswith("++")


def to_toml(directory: Directory, message_types: list[str]) -> dict[str, str]:
    """File name -> text for some message types: `directory.toml` and `codes.toml` with what they use, and one file per message.

    There is no `codes.toml` where the archive held no code list.
    """
    tables = {name: directory.messages[name] for name in message_types}
    used = sorted(
        {tag for table in tables.values() for tag in re.findall(r"^ *([A-Z]{3}) ", table, re.MULTILINE)} & set(directory.segments)
    )
    members = {term.rstrip("*").split("x")[0] for tag in used for term in directory.segments[tag].split()}
    composites = sorted(members & set(directory.composites))
    members |= {part.rstrip("*") for composite in composites for part in directory.composites[composite].split()}
    source = f'source = "UN/EDIFACT directory {directory.release}, UNECE: {{}}; structure facts only"\n'
    sections = [("segments", used, directory.segments), ("composites", composites, directory.composites)]
    sections.append(("elements", sorted(members & set(directory.elements)), directory.elements))
    text = source.format("segment directory") + f'tags = "{" ".join(sorted(directory.segments))}"\n'
    for title, names, values in sections:
        text += f"\n[{title}]\n" + "".join(f'{name} = "{values[name]}"\n' for name in names)
    files = {"directory.toml": text}
    if directory.codes:
        files["codes.toml"] = _codes_toml(directory, sorted(members & set(directory.codes)))
    for name, table in tables.items():
        files[f"{name.lower()}.toml"] = source.format(f"message {name}, section 4.3.1") + f'\ntable = """\n{table}\n"""\n'
    return files


def _codes_toml(directory: Directory, elements: list[str]) -> str:
    """The code lists of some data elements; `open` names those whose list is not all."""
    source = f'source = "UN/EDIFACT directory {directory.release}, UNECE: code list (UNCL); codes only"\n'
    lists = "".join(f'{element} = "{directory.codes[element]}"\n' for element in elements)
    return f'{source}open = "{" ".join(element for element in elements if element in directory.open)}"\n\n[codes]\n{lists}'


def main(arguments: list[str]) -> None:
    """Write the tables of the named messages of one directory ZIP below a folder."""
    split = arguments.index("--into")
    directory = read_directory(Path(arguments[0]).read_bytes())
    folder = Path(arguments[split + 1]) / directory.release.replace(".", "").lower()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in to_toml(directory, arguments[1:split]).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
