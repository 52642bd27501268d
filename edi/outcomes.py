"""What became of the messages of a part of a large file, as JSON, and how it comes back when the whole file is closed.

A worker on a part finishes its messages (normalise, judge) without what the reader found in them, because that depends on the whole file
(`edi.edifact.parts`). Whoever closes the file reads it from its start, so that counts, references and envelopes are judged as ever, and
adds what was said here. A digest over the messages says that both read the same; where they did not, `Disagreement` asks to process the
file undivided. Only messages with something to say take room, and of findings beyond the limit of a report only what is counted.

>>> account = Account()
>>> account.add(Message(4, "ME4", "INVOIC", Format("EDIFACT"), [Finding("BR-1", Severity.ERROR, "UNH[4]", "No.", reference="ME4")]))
>>> read = Message(4, "ME4", "INVOIC", Format("EDIFACT"), [Finding("EDI-26.message-reference", Severity.ERROR, "UNH[4]/0062", "Again.")])
>>> replay = Replay(iter([(4, 4, account.digest(), account.as_json())]))
>>> [finding.rule for message in replay(finish=lambda message: message, messages=iter([read])) for finding in message.findings]
['EDI-26.message-reference', 'BR-1']
>>> replay.verdict
<Verdict.REJECTED: 'rejected'>
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from edi.findings import Finding, Position, Severity, Verdict
from edi.messages import MAX_FINDINGS, Format, Message, Refusal

__all__ = ["Account", "Disagreement", "Format", "Replay"]


class Disagreement(Exception):
    """A part of the file and the whole file do not give the same messages."""


class Account:
    """What became of the messages of one part, in order. `limit` is that of the report on the file."""

    def __init__(self, limit: int = MAX_FINDINGS) -> None:
        self.limit = max(limit, MAX_FINDINGS)
        self.findings = self.refusals = 0
        self.told: dict[int, dict[str, Any]] = {}
        self._digest = _Digest()

    def add(self, message: Message) -> None:
        """Note a finished message. One that answers what we sent is finished again when the file is closed."""
        self._digest.add(message)
        if len(message.documents) > 1:
            raise Disagreement("a message with several documents")
        if message.answers:
            self.told[message.index] = {"again": True}
        elif message.findings or message.tolerated:
            self.told[message.index] = self._entry(message)

    def _entry(self, message: Message) -> dict[str, Any]:
        brief = self.findings >= self.limit
        self.findings += len(message.findings)
        entry: dict[str, Any] = {"findings": [_short(item) if brief else _written(item) for item in message.findings]}
        if message.tolerated:
            entry["tolerated"] = dict(message.tolerated)
        if message.refusal:
            entry["refusal"] = self._refusal(message.refusal)
        return entry

    def _refusal(self, refusal: Refusal) -> list[Any]:
        errors, unlisted = refusal.errors, refusal.unlisted
        if self.refusals >= self.limit:  # as the report does
            errors, unlisted = errors[:1], unlisted + len(errors) - 1
        self.refusals += 1
        return [refusal.document_number, unlisted, [[_written(error), line] for error, line in errors]]

    def digest(self) -> str:
        """By which is known that the same messages were read."""
        return self._digest.text()

    def as_json(self) -> str:
        return json.dumps(self.told, ensure_ascii=True, separators=(",", ":"))


class _Digest:
    """A running digest over messages: index, reference, text, and whether anything can judge them."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)

    def add(self, message: Message) -> None:
        text = message.body[0] if message.body else ""
        named = f"{message.interchange}\x1f{message.index}\x1f{message.reference}\x1f{message.judgeable}\x1f{text}\x1e"
        self._hash.update(named.encode("utf-8", "surrogatepass"))

    def text(self) -> str:
        return self._hash.hexdigest()


class Replay:
    """Takes the outcome of each message from the accounts of the parts: (first message, last message, digest, JSON), in order.

    As the `spread` of `edi.process.process`. `verdict` is what the part knew of the message handed out last.
    """

    def __init__(self, accounts: Iterator[tuple[int, int, str, str]]) -> None:
        self._accounts = accounts
        self.verdict = Verdict.NO_VERDICT

    def __call__(self, finish: Callable[[Message], Message], messages: Iterator[Message]) -> Iterator[Message]:
        last, digest, expected = 0, _Digest(), _Digest().text()
        told: dict[str, dict[str, Any]] = {}
        for message in messages:
            if message.index > last:
                _agree(digest.text(), expected)
                first, last, expected, text = next(self._accounts, (0, 0, "", "{}"))
                _agree(str(first), str(message.index))
                told, digest = json.loads(text), _Digest()
            digest.add(message)
            yield self._finished(finish, message, told.get(str(message.index), {}))
        _agree(digest.text(), expected)
        if next(self._accounts, None) is not None:
            raise Disagreement("messages that the whole file does not hold")

    def _finished(self, finish: Callable[[Message], Message], message: Message, entry: dict[str, Any]) -> Message:
        known = [_read(item, message.reference) for item in entry.get("findings", ())]
        self.verdict = _verdict(message, known)
        if "again" in entry:
            read, message.findings = message.findings, []
            self.verdict = _verdict(finish(message), message.findings)
            message.findings = [*read, *message.findings]
            return message
        sound = message.verdict is not Verdict.REJECTED
        message.findings += known
        if "tolerated" in entry:
            message.tolerated = (message.tolerated or Counter()) + Counter(entry["tolerated"])
        if sound and "refusal" in entry:
            message.refusal = _refusal(message, *entry["refusal"])
        return message


def _verdict(message: Message, findings: list[Finding]) -> Verdict:
    """The verdict of a message with these findings alone."""
    if any(item.severity is Severity.ERROR for item in findings):
        return Verdict.REJECTED
    return Verdict.ACCEPTED if message.judgeable else Verdict.NO_VERDICT


def _agree(one: str, other: str) -> None:
    if one != other:
        raise Disagreement("other messages than in the whole file")


def _refusal(message: Message, number: str, unlisted: int, errors: list[Any]) -> Refusal:
    told = tuple((_read(error, message.reference), line) for error, line in errors)
    release = message.format.release or ""
    return Refusal(message.interchange, message.reference, message.type, release, number, told, unlisted, message.index)


def _written(item: Finding) -> list[Any]:
    return [item.rule, item.severity.value, item.location, item.message, list(item.position), item.reference]


def _short(item: Finding) -> list[Any]:
    return [item.rule, item.severity.value]


def _read(values: list[Any], reference: str) -> Finding:
    rule, severity, *told = values
    if not told:
        return Finding(rule, Severity(severity), "", "", reference=reference)
    return Finding(rule, Severity(severity), told[0], told[1], Position(*told[2]), told[3])
