"""UBL ApplicationResponse: what a partner says became of documents that we sent, as answers like those of CONTRL and APERAK.

Source: OASIS UBL 2.1 (ApplicationResponse, DocumentResponse, LineResponse); UNTDID 4343 and the words that profiles of UBL use as response
codes, by their meaning in `schemas/edifact/answers.toml`. Each DocumentResponse gives one answer for each document that it names; a
rejected line rejects the document. A response that names no document, or none at all, is one answer that does not say what it is about.
Its sender is the partner, so its receiver is the sender of what it answers. Never raises.

>>> from lxml import etree
>>> [answer.outcome for answer in read(etree.fromstring("<ApplicationResponse/>"))]
['unclear']
"""

from __future__ import annotations

from collections.abc import Iterator

from edi import catalogue
from edi.edifact.answers import Answer, AnswerError
from edi.normalise.ubl_parties import party
from edi.normalise.xml_values import Branch, Reading
from edi.xml.vocabulary import Element, name

KIND = "ApplicationResponse"
MAX_ERRORS = 1000
"""Errors kept of one answer; a partner may answer many thousand lines."""


def read(root: Element) -> list[Answer]:
    """What the response says, in its order."""
    branch = Branch(root, "/" + name(root), Reading(), {})
    sent = Answer(KIND, "", "unclear", _named(branch, "cac:ReceiverParty"), _named(branch, "cac:SenderParty"), location=branch.location)
    answers = [answer for item in branch.all("cac:DocumentResponse") for answer in _answers(item, sent)]
    return answers or [sent]


def _named(branch: Branch, step: str) -> str:
    """The identifier under which a party exchanges messages, else any, else its name."""
    found = party(branch.at(step), "party") if step in branch.children else None
    if found is None:
        return ""
    return found.identifier("electronic_address") or next((item.value for item in found.identifiers), None) or found.name or ""


def _answers(item: Branch, sent: Answer) -> Iterator[Answer]:
    response = item.at("cac:Response")
    lines = [_line(line) for line in item.all("cac:LineResponse")]
    errors = [*_errors(response, ""), *(error for _, found in lines for error in found)][:MAX_ERRORS]
    action = response.text("cbc:ResponseCode") or ""
    outcome = _outcome(action, [outcome for outcome, _ in lines], bool(errors))
    said = sent._replace(action=action, outcome=outcome, errors=tuple(errors), location=item.location)
    documents = item.all("cac:DocumentReference")
    for document in documents:
        yield _about(said, document)
    if not documents:
        yield said._replace(document_number=response.text("cbc:ReferenceID") or "")


def _about(said: Answer, document: Branch) -> Answer:
    """The answer about one document; its universal identifier is a reference of its own."""
    number = document.text("cbc:ID") or ""
    code, words = document.text("cbc:DocumentTypeCode"), document.text("cbc:DocumentType")
    references = [("ID", number), ("UUID", document.text("cbc:UUID") or ""), ("IssueDate", document.text("cbc:IssueDate") or "")]
    known = tuple((scheme, text) for scheme, text in references if text)
    return said._replace(document_number=number, message_type=words or code or "", references=known)


def _outcome(action: str, lines: list[str], errors: bool) -> str:
    """What the code means; where it says nothing, a rejected line rejects, an error leaves it open."""
    stated = meaning(action)
    if "rejected" in (stated, *lines):
        return "rejected"
    return stated or ("unclear" if action or errors or not lines else "accepted" if set(lines) == {"accepted"} else "unclear")


def meaning(code: str) -> str:
    """What a response code says: accepted, received, rejected or unclear; "" where it is not known."""
    table = catalogue.load("edifact/answers.toml")
    word = "".join(letter for letter in code.lower() if letter.isalnum())
    return str(table["responses"].get(code.upper()) or table["application_responses"].get(word) or "")


def _line(line: Branch) -> tuple[str, list[AnswerError]]:
    """What is said of one line, the worst of its responses, and its errors."""
    number = line.at("cac:LineReference").text("cbc:LineID") or ""
    responses = line.all("cac:Response")
    said = [meaning(response.text("cbc:ResponseCode") or "") for response in responses]
    outcome = "rejected" if "rejected" in said else said[0] if len(set(said)) == 1 else ""
    errors = [error for response in responses for error in _errors(response, number)]
    if not errors and outcome == "rejected":
        errors = [AnswerError(responses[0].text("cbc:ResponseCode") or "", "the line is rejected", line=number)]
    return outcome, errors


def _errors(response: Branch, line: str) -> list[AnswerError]:
    """The reasons that the statuses of a response give; where none has words, the description of the response is what the first means.

    A response that rejects without any reason is one itself, by its description.
    """
    code, words = response.text("cbc:ResponseCode") or "", " ".join(response.texts("cbc:Description"))
    found = [error for status in response.all("cac:Status") if (error := _reason(status, code, line))]
    if found and words and not any(error.words for error in found):
        return [found[0]._replace(words=words), *found[1:]]
    if found or not words or meaning(code) in ("accepted", "received"):
        return found
    return [AnswerError(code, words, line=line)]


def _reason(status: Branch, otherwise: str, line: str) -> AnswerError | None:
    code = status.first_text("cbc:StatusReasonCode", "cbc:ConditionCode")
    texts = [text for step in ("cbc:StatusReason", "cbc:Description", "cbc:Text") for text in status.texts(step)]
    place = next((text for item in status.all("cac:Condition") for text in item.texts("cbc:Description")), None)
    words = " ".join([*texts, *([f"at {place}"] if place else [])])
    return AnswerError(code or otherwise, words, line=line) if code or words else None
