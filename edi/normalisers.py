"""The normalisers by name: what turns one checked message into documents (`schemas/index.toml` names one per message).

A normaliser is imported when its first message comes, so that checking EDIFACT does not load lxml. It is given an EDIFACT message in its
groups, or the tree of an XML document. Answers to what we sent are no documents: they are read into `Message.answers` and give findings.
Failure: whatever a document holds leads to findings; what raises here is our own fault.

>>> sorted(NORMALISERS)[:3]
['answers', 'cii', 'cuscar']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from edi.edifact import structure
from edi.findings import Finding
from edi.messages import Message, Subject

Normalised = tuple[Sequence[Any], list[Finding]]
Normaliser = Callable[[Message], Normalised]


def placed(message: Message) -> structure.Group:
    """The segments of an EDIFACT message in their groups."""
    text, grammar, hidden = message.body
    return structure.place(text.removesuffix("'").split("'"), grammar, message.index, hidden)[0]


def _edifact(module: str) -> Normaliser:
    """`normalise(root, message)` of a module of `edi.normalise`."""

    def normalise(message: Message) -> Normalised:
        found: Normalised = import_module(f"edi.normalise.{module}").normalise(placed(message), message)
        return found

    return normalise


def _xml(module: str) -> Normaliser:
    """`normalise(root)` of a module of `edi.normalise`."""

    def normalise(message: Message) -> Normalised:
        found: Normalised = import_module(f"edi.normalise.{module}").normalise(message.body)
        return found

    return normalise


def _wco(message: Message) -> Normalised:
    """A declaration names itself in what we answer to it."""
    from edi.documents import CustomsDeclaration
    from edi.normalise import wco

    documents, findings = wco.normalise(message.body)
    if len(documents) == 1 and isinstance(documents[0], CustomsDeclaration):
        message.subject = Subject(documents[0].lrn or "", documents[0].mrn or "")
    return documents, findings


def _ubl_response(message: Message) -> Normalised:
    """An ApplicationResponse says what became of what we sent."""
    from edi.edifact import statements
    from edi.normalise import ubl_response

    message.answers = ubl_response.read(message.body)
    return [], statements.statements(message.answers)


def _answers(message: Message) -> Normalised:
    """A CONTRL or APERAK says what became of what we sent."""
    from edi.edifact import answers, statements

    message.answers = answers.read(placed(message), message.type)
    return [], statements.statements(message.answers)


NORMALISERS: dict[str, Normaliser] = {
    **{module: _edifact(module) for module in ("invoic", "cusdec", "cusres", "cusrep", "cuscar", "iftm")},
    **{module: _xml(module) for module in ("ubl", "cii", "ubl_transport")},
    "wco": _wco,
    "ubl_response": _ubl_response,
    "answers": _answers,
}
