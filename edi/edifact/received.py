"""One message as received: judged by its pattern, explained where that does not match, counted in its interchange.

Source: ISO 9735:1988 section 8 (UNH, UNT), section 9 (identification of the message type in S009). Another release is judged by the
nearest table, another message type only by its service segments, each with a warning. Never raises.
"""

from __future__ import annotations

import re
from dataclasses import replace

from edi import catalogue
from edi.edifact import diagnosis, groups, transfers
from edi.edifact.agreement import message_notice, message_type
from edi.edifact.canonical import Chunk
from edi.edifact.characters import Bad, reveal
from edi.edifact.diagnosis import finding
from edi.edifact.grammar import PATIENCE, Grammar, message_grammar, service_grammar
from edi.edifact.hints import message_hints
from edi.edifact.interchange import MAX_REJECTED, Known, Notice, State, note, take_bad
from edi.edifact.security import note_message, protects
from edi.edifact.syntax import Syntax
from edi.findings import Position, Severity, Verdict, quote
from edi.messages import Format, Message
from edi.profiles import STRANGER, Profile

_HEADER = re.compile(r"UNH\+([^'+]*)\+?([^'+]*)")
PACKAGE = "package"
"""The type of what stands between UNO and UNP."""
MAX_KNOWN = 1000
"""Message types remembered; the identification is the partner's text and must not fill our memory."""


def complete(text: str, at: int, state: State, end: int = 0) -> Message:
    """The message whose begun part was held and that ends at `end` of the text."""
    size = state.pending_size + end - at
    whole = "".join([*state.pending, text[at:end]])
    state.pending, state.pending_size = [], 0
    return message_of(whole, 0, len(whole), state, size)


def valid_message(text: str, start: int, state: State) -> tuple[Message, int] | None:
    """The message that starts here and its end, where all of it is in order; None where `message_of` has to look closer.

    The pattern finds the end by itself: of the segments that end a message (`edi.edifact.envelope`) it takes none but a UNT, as the last.
    """
    state.unmatched = False
    if state.pending or state.bad or state.repertoire or state.strays or state.interchange.closed or not text.startswith("UNH+", start):
        return None
    header = text[start + 4 : text.find("'", start)].split("+", 2)
    if len(header) != 2 or not header[0] or state.interchange.messages >= state.limits.messages:
        return None
    reference, identification = header
    grammar, form, notices, judgeable = state.known.get(identification) or _know(identification, state)
    if grammar.patient or (identification not in state.hinted and len(state.hinted) < MAX_KNOWN):
        return None
    matched = grammar.pattern.match(text, start)
    if matched is None:
        state.unmatched = True
        return None
    end = matched.end()
    segments = text.count("'", start, end)
    if not text.endswith(f"'UNT+{segments}+{reference}'", start, end) or segments > state.limits.segments:
        return None
    message = _begun(state, reveal(reference) if state.hidden else reference, form, judgeable)
    if state.group is not None:
        groups.compare(identification, message, state)
    _add_notices(message, notices)
    message.body = (text[start:end], grammar, state.hidden)
    _number(message, text, start, state, identification)
    return message, end


def _begun(state: State, reference: str, form: Format, judgeable: bool) -> Message:
    interchange = state.interchange
    index = interchange.first + interchange.messages
    begun = Message(index, reference, form.message or "", form, judgeable=judgeable, interchange=interchange.index)
    begun.checks = state.profile.checks
    return begun


def _add_notices(message: Message, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        message.findings.append(finding(notice.check, f"UNH[{message.index}]/S009", notice.message, notice.position, message.reference))


def message_of(text: str, start: int, end: int, state: State, size: int = 0) -> Message:
    """One message as received: judged by its pattern, explained where that does not match."""
    interchange = state.interchange
    header = _HEADER.match(text, start, end)
    reference, identification = (header[1], header[2]) if header else ("", "")
    grammar, form, notices, judgeable = state.known.get(identification) or _know(identification, state)
    message = _begun(state, reveal(reference) if state.hidden else reference, form, judgeable)
    segments = text.count("'", start, end)
    bad = take_bad(text, start, end, state.bad) if state.bad else []
    if size > state.limits.message or segments > state.limits.segments:
        return _refused(message, text[start : text.find("'", start) + 1 or end], grammar, state)
    if interchange.unlisted:
        grammar.read = PATIENCE  # so many are damaged that findings must not depend on when the pattern is compiled
    whole = bool(reference) and not state.unmatched and grammar.accepts(text, start, end)
    if not whole and protects(text, start, interchange.syntax.version):
        if not note_message(text[start:end], message):
            return _unjudged(message, text[start:end], grammar, state)
        grammar = grammar.secured()
        whole = bool(reference) and grammar.accepts(text, start, end)
    sound = whole and not bad and _closes(text, start, end, reference, segments)
    if not sound and interchange.unlisted and not message.checks:
        words = (
            f"The message does not fit at first sight; as more than {MAX_REJECTED} of its interchange are damaged, nobody looked closer."
        )
        message.findings.append(finding("EDI-18.limit", f"UNH[{message.index}]", words, Position(1), message.reference))
    elif not sound:
        diagnosis.explain(text[start:end], message, grammar, bad, matched=whole, limit=state.limits.findings)
        stands_in = judgeable and grammar.release != form.release
        if stands_in and not whole and _rejecting(message) and (better := _fitting(text[start:end], message, identification, bad, state)):
            grammar, _, notices, _ = better
    if not message.findings and identification not in state.hinted and len(state.hinted) < MAX_KNOWN:
        state.hinted.add(identification)
        message_hints(text[start:end], message, grammar, state)
    if header and text.startswith("+", header.end()):
        transfers.check(text[start : text.find("'", start)], message, state)
    if state.group is not None:
        groups.compare(identification, message, state)
    if state.repertoire and diagnosis.repertoire(text[start:end], message, grammar, interchange.syntax.identifier):
        state.repertoire, state.breach = False, True
    if interchange.closed:
        words = "The message stands behind UNZ, outside its interchange, expected between UNB and UNZ."
        message.findings.append(finding("EDI-33.outside", f"UNH[{message.index}]", words, Position(1), message.reference))
    _add_notices(message, notices)
    message.body = (text[start:end], grammar, state.hidden)
    _number(message, text, start, state, identification)
    return message


def _fitting(text: str, message: Message, identification: str, bad: list[Bad], state: State) -> Known | None:
    """The table on the other side of a release without one, where it rejects less than the nearest did; then its findings stand.

    The release lies between both and may have what only one of them has.
    """
    found, form, syntax = None, message.format, state.interchange.syntax
    nearest = catalogue.nearest(message.type, form.release or "")
    for release in catalogue.neighbours(message.type, form.release or ""):
        if release == nearest:
            continue
        known = known_message(identification, syntax, state.codes, state.profile, release)
        trial = replace(message, findings=[], tolerated=None)
        diagnosis.explain(text, trial, known[0], bad, matched=False, limit=state.limits.findings)
        if _rejecting(trial) < _rejecting(message):
            message.findings, message.tolerated, found = trial.findings, trial.tolerated, known
    return found


def _rejecting(message: Message) -> int:
    return sum(found.severity is Severity.ERROR for found in message.findings)


def package_of(chunk: Chunk, state: State) -> Message:
    """A package (UNO to UNP) as a message that is refused, so that the messages beside it keep their verdicts and CONTRL can name it."""
    interchange, elements = state.interchange, chunk.text.split("'")[0].split("+")
    index = interchange.first + interchange.messages
    reference = reveal(elements[1]) if len(elements) > 1 else ""
    message = Message(index, reference, PACKAGE, Format("EDIFACT", PACKAGE), interchange=interchange.index)
    found = "A package (UNO to UNP) carries an object that is no message; it was stepped over and not processed."
    found += f" {chunk.package}." if chunk.package else ""
    message.findings.append(finding("EDI-47.package", f"UNO[{index}]", found, Position(1, offset=chunk.offset), reference))
    grammar = service_grammar(interchange.syntax.version, interchange.syntax.repeats)
    return _unjudged(message, chunk.text.split("'")[0] + "'", grammar, state)


def _know(identification: str, state: State) -> Known:
    """What is known of a message type, kept for the next message of the interchange."""
    syntax = state.interchange.syntax
    known = known_message(identification, syntax, state.codes, state.profile)
    if not state.structure:
        known = service_grammar(syntax.version, syntax.repeats), known[1], (), False
    if len(state.known) < MAX_KNOWN:
        state.known[identification] = known
    return known


def _refused(message: Message, header: str, grammar: Grammar, state: State) -> Message:
    """A message over a limit: not explained, not judged, rejected."""
    limits = f"{state.limits.message} characters or {state.limits.segments} segments"
    found = f"The message has more than {limits} and was not processed."
    message.findings.append(finding("EDI-18.limit", f"UNH[{message.index}]", found, Position(1), message.reference))
    return _unjudged(message, header, grammar, state)


def _unjudged(message: Message, header: str, grammar: Grammar, state: State) -> Message:
    """A message of which no more than this text, its UNH at least, is kept, and which nothing can judge."""
    message.judgeable = False
    message.body = (header, grammar, state.hidden)
    _number(message, header, 0, state)
    return message


def _closes(text: str, start: int, end: int, reference: str, segments: int) -> bool:
    """Whether UNT states the count and the reference of the message."""
    if text.endswith(f"'UNT+{segments}+{reference}'", start, end):
        return True
    trailer = text[text.rfind("'", start, end - 1) + 1 : end - 1].split("+")
    return len(trailer) == 3 and trailer[1].lstrip("0") == str(segments) and trailer[2] == reference


def _number(message: Message, text: str, start: int, state: State, identification: str = "") -> None:
    """Count the message in its interchange and group, note a reference used before."""
    interchange = state.interchange
    interchange.messages += 1
    if len(interchange.message_types) < MAX_KNOWN:
        interchange.message_types.add(message.type)
    if state.group is not None:
        state.group_messages += 1
    else:
        state.loose_messages += 1
    if message.reference and message.type != PACKAGE and state.references.seen(message.reference):
        found = f"The message reference {quote(message.reference)} was used before in this interchange."
        message.findings.append(finding("EDI-26.message-reference", f"UNH[{message.index}]/0062", found, Position(1, 1), message.reference))
    if message.findings:
        message.adjust()
    if message.findings and message.verdict is Verdict.REJECTED:
        _keep_damaged(message, text, start, state)
    elif len(interchange.intact) < state.report.limit:
        interchange.intact.append((message.reference, identification))


def _keep_damaged(message: Message, text: str, start: int, state: State) -> None:
    """Keep of a damaged message what CONTRL will say of it."""
    interchange = state.interchange
    if len(interchange.rejected) >= MAX_REJECTED:
        if not interchange.unlisted:
            words = f"More than {MAX_REJECTED} messages are damaged, too many to tell apart; the interchange is rejected as a whole."
            note(state, "EDI-18.limit", f"UNB[{interchange.index}]", words)
        interchange.unlisted += 1
        return
    message.header = header_elements(text, start)
    kept = replace(message, body=None)
    if len(interchange.rejected) >= state.report.limit:
        kept.findings = [next(found for found in message.findings if found.severity is Severity.ERROR)]
    interchange.rejected.append(kept)
    if state.group is not None:
        interchange.group_of[message.index] = interchange.groups
        interchange.group_headers[interchange.groups] = state.group


def header_elements(text: str, start: int = 0) -> list[list[str]]:
    """The elements of the UNH at `start` as components.

    >>> header_elements("UNH+1+CONTRL:D:3:UN'UCI+7'")
    [['1'], ['CONTRL', 'D', '3', 'UN']]
    """
    end = text.find("'", start)
    header = text[start : end if end >= 0 else None].split("+")
    return [[reveal(part) for part in element.split(":")] for element in header[1:]]


def known_message(
    identification: str, syntax: Syntax, codes: bool = True, profile: Profile = STRANGER, stand_in: str | None = None
) -> Known:
    """Grammar (without `codes` one that judges no code lists), format, notices and whether it can be judged, for the S009 of a UNH.

    The release `stand_in`, where one is named, judges instead of the nearest.
    """
    parts = identification[:100].split(":") + [""] * 6
    if not identification.isprintable():
        parts = list(map(reveal, parts))
    kind, release = parts[0], f"{parts[1]}.{parts[2]}" if parts[2] else parts[1]
    form = Format("EDIFACT", kind, release, parts[4] or parts[5] or None)
    disagreed = message_notice(form, profile) if profile.agreement.messages else None
    notices: tuple[Notice, ...] = (Notice(disagreed.rule, disagreed.message, disagreed.position),) if disagreed else ()
    nearest = stand_in or catalogue.nearest(kind, release)
    if nearest is None:
        found = f"No segment table is known for message type {quote(kind)}; only its envelope was checked."
        return service_grammar(syntax.version, syntax.repeats), form, (*notices, Notice("EDI-2.message-type", found)), False
    if nearest != release:
        found = f"Release {quote(release)} of {kind} has no table here; it was checked against {nearest}."
        notices = (*notices, Notice("EDI-2.release", found))
    syntactic = syntax.version, syntax.repeats, syntax.decimal_marks
    changes = profile.changes(message_type(form))
    own_codes = nearest != release or bool(parts[4])  # 0057 names an association, whose subset may add codes
    return message_grammar(kind, nearest, *syntactic, *changes, codes=codes, stands_in=own_codes), form, notices, True
