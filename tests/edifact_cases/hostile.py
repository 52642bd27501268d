"""Hostile input of any size: what must be answered with a finding, quickly and in little memory.

Run by hand for the figures: `python -m tests.edifact_cases.hostile 10` prints seconds and peak memory for each kind at 10 MB.
"""

from __future__ import annotations

import io
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from edi.edifact import envelope
from edi.messages import Report
from tests.edifact_cases import BODY, UNA, UNB, UNZ, message

X12 = b"ST*810*0001~BIG*20260105*1~SE*3*0001~"
HEAD = f"{UNA}{UNB}"
START = "UNH+1+INVOIC:D:96A:UN'BGM+380+1+9'DTM+137:20260105:102'"
GROUP = "UNG+INVOIC+S+R+260105:0930+G1+UN+D:96A'"
END = "UNS+S'MOA+86:1'UNT+6+1'UNZ+1+REF1'"


def _around(text: str, charset: str = "latin-1") -> bytes:
    return f"{HEAD}{START}{text}{END}".encode(charset)


def _random(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def _groups(size: int) -> bytes:
    return f"{HEAD}{GROUP * (size // len(GROUP))}{UNZ}".encode()


def _messages(form: str, size: int) -> bytes:
    """Messages of a form with a running number, as many as fit."""
    texts: list[str] = []
    while size > 0:
        texts.append(form.format(len(texts), f"{len(texts):X}"))
        size -= len(texts[-1])
    return f"{HEAD}{''.join(texts)}{UNZ}".encode()


KINDS: dict[str, Callable[[int], bytes]] = {
    "components": lambda size: _around("MOA+" + ":" * size + "'"),
    "elements": lambda size: _around("MOA" + "+" * size + "'"),
    "components in small segments": lambda size: _around(("MOA+203:" + ":" * 40 + "'") * (size // 49)),
    "elements in small segments": lambda size: _around(("MOA" + "+" * 40 + "'") * (size // 44)),
    "releases": lambda size: _around("FTX+AAI+++" + "?" * size + "'"),
    "released terminators": lambda size: _around("FTX+AAI+++" + "?'" * (size // 2) + "'"),
    "released terminators in segments": lambda size: _around(("FTX+AAI+++" + "?'" * 250 + "'") * (size // 511)),
    "stray releases": lambda size: _around("FTX+AAI+++?A?B?C'" * (size // 17)),
    "runs of releases": lambda size: _around("FTX+AAI+++" + ("?" * 65 + "'") * (size // 66) + "'"),
    "empty segments": lambda size: _around("'" * size),
    "empty segments outside": lambda size: f"{HEAD}{chr(39) * size}{UNZ}".encode(),
    "one endless segment": lambda size: _around("FTX+AAI+++" + "x" * size)[: size + 100],
    "an endless tag": lambda size: _around("A" * size + "'"),
    "tags outside": lambda size: f"{HEAD}{chr(39).join(map(hex, range(size // 6)))}'{UNZ}".encode(),
    "tags inside": lambda size: _around("'".join(f"{number % 46656:03d}+1" for number in range(size // 6)) + "'"),
    "no terminators": lambda size: (HEAD + START).replace("'", "").encode() + b"A+B:" * (size // 4),
    "nested groups": _groups,
    "long counts": lambda size: _messages(message(reference="{0}").replace("UNT+13", "UNT+" + "9" * 24), size),
    "endless count": lambda size: f"{HEAD}{message()}UNZ+{'9' * min(size, 900_000)}+REF1'".encode(),
    "zero bytes": lambda size: _around("FTX+AAI+++" + "\0" * size + "'"),
    "zero bytes in segments": lambda size: _around(("FTX+AAI+++" + "\0" * 50 + "'") * (size // 61)),
    "undecodable bytes": lambda size: _around(("FTX+AAI+++" + "\xff" * 50 + "'") * (size // 61)).replace(b"UNOC", b"UNOY"),
    "utf-16": lambda size: "".join([HEAD, message() * (size // 520), UNZ]).encode("utf-16"),
    "ebcdic": lambda size: "".join([HEAD, message() * (size // 260), UNZ]).encode("cp037"),
    "random bytes": _random,
    "random bytes inside": lambda size: HEAD.encode() + START.encode() + _random(size) + END.encode(),
    "random bytes in utf-8": lambda size: HEAD.replace("UNOC", "UNOY").encode() + START.encode() + _random(size) + END.encode(),
    "x12": lambda size: b"ISA*00*          *00*          *ZZ*S*ZZ*R*260105*0930*U*00401*1*0*P*>~" + X12 * (size // len(X12)),
    "line breaks": lambda size: _around("FTX+AAI+++" + "A\n" * 20 + "'" + "\r\n" * (size - 60) + "RFF+ON:1'"),
    "line breaks inside": lambda size: _around(("FTX+AAI+++" + "A\n" * 20 + "'\n") * (size // 52)),
    "blanks before UNB": lambda size: _around((" " * 200 + "UNB") * (size // 203) + "'"),
    "UNB inside": lambda size: _around("FTX+AAI+++" + "UNB+" * (size // 4) + "'"),
    "interchanges": lambda size: b"UNB+UNOA:1'" * (size // 11),
    "messages cut open": lambda size: f"{HEAD}{START * (size // len(START))}{UNZ}".encode(),
    "empty messages": lambda size: _messages("UNH+{0}+X:1:2:UN'UNT+2+{0}'", size),
    "message types": lambda size: _messages("UNH+{0}+{1}:1:2:UN'UNT+2+{0}'", size),
    "duplicate references": lambda size: f"{HEAD}{message() * (size // 260)}{UNZ}".encode(),
    "faulty lines": lambda size: _around("LIN+1'MOA+203:X'QQQ+1'PCI+1'DTM+1'" * (size // 34)),
    "one fault in a long message": lambda size: _around("LIN+1'QTY+47:5'MOA+203:10.50'PRI+AAA:2.10'" * (size // 41) + "MOA+203:X'"),
    "groups over their maximum": lambda size: _around("CUX+2:EUR:4'" * (size // 12)),
    "text without tags": lambda size: _around("lorem ipsum dolor'" * (size // 18)),
    "UNT in data": lambda size: _around("FTX+AAI+++UNT:UNT:UNT'" * (size // 22)),
    "service segments": lambda size: f"{HEAD}{('UNE+1+1' + chr(39)) * (size // 8)}{UNZ}".encode(),
    "level a breaches": lambda size: _around("FTX+AAI+++lower'" * (size // 16)).replace(b"UNOC", b"UNOA"),
}  # fmt: skip


def valid(size: int) -> bytes:
    """A valid interchange of about that size, for comparison."""
    lines = [
        text for number in range(1, 11) for text in (f"LIN+{number}++4012345000016:EN'", "QTY+47:5:PCE'", "MOA+203:10.50'", "PRI+AAA:2.10'")
    ]
    count = size // len(message(*BODY[:5], *lines, *BODY[-2:], reference="10000"))
    texts = [message(*BODY[:5], *lines, *BODY[-2:], reference=str(number)) for number in range(count)]
    return f"{HEAD}{''.join(texts)}UNZ+{len(texts)}+REF1'".encode()


def measure(kind: str, size: int) -> tuple[float, int, int, set[str]]:
    """Seconds, peak memory above the input in MB, messages, and rules broken."""
    data = valid(size) if kind == "valid" else KINDS[kind](size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    report, messages, rules = Report(), 0, set()
    for found in envelope.read(io.BytesIO(data), report):
        messages += 1
        rules |= {finding.rule for finding in found.findings}
    rules |= {finding.rule for found in report.interchanges for finding in found.findings}
    return time.process_time() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, messages, rules


def main(megabytes: float, kinds: list[str]) -> None:
    for kind in kinds or ["valid", *KINDS]:
        call = f"from tests.edifact_cases.hostile import measure; print(*measure({kind!r}, {int(megabytes * 1_000_000)}))"
        out = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, timeout=600, check=False)
        print(f"{kind:35s}", out.stdout.strip()[:200] or out.stderr[-300:], flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
