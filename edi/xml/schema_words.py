"""What libxml2 says of a tree that breaks its schema, as a rule and a sentence for a clerk: what was found, what was expected.

Source: the error types and wording of libxml2 (xmlerror.h, xmlschemas.c); W3C XML Schema names the facets. The rules stand in
`edi.xml.schema`. An error of another type is XSD-other, and a wording that is not known says less. A secret is never shown.

>>> from lxml import etree
>>> explain("SCHEMAV_ELEMENT_CONTENT", "Missing child element(s). Expected is ( ID ).", etree.fromstring("<Order/>"))
('XSD-missing', 'Order is incomplete; expected is other:ID.')
"""

from __future__ import annotations

import re

from lxml import etree

from edi.findings import quote
from edi.xml.table_types import PATTERNS
from edi.xml.vocabulary import NAMES, SECRETS, Element
from edi.xml.vocabulary import name as readable

_LIMITS = ["PATTERN", "LENGTH", "TOTALDIGITS", "FRACTIONDIGITS"]
_LIMITS += [end + limit for end in ("MIN", "MAX") for limit in ("LENGTH", "INCLUSIVE", "EXCLUSIVE")]
FACETS = {f"SCHEMAV_CVC_{facet}_VALID": "XSD-facet" for facet in _LIMITS} | {"SCHEMAV_CVC_ENUMERATION_VALID": "XSD-enumeration"}

_TYPES = {
    "decimal": "a number with a point as decimal mark, such as 12.50",
    "integer": "a whole number",
    "boolean": "true or false",
    "date": "a date of the calendar written as 2026-12-31",
    "time": "a time written as 23:59:59",
    "dateTime": "a date and time written as 2026-12-31T23:59:59",
    "base64Binary": "base64 text",
    "anyURI": "a web address",
}


def explain(kind: str, message: str, element: Element) -> tuple[str, str]:
    """The rule that an error of libxml2 is, and the sentence about it."""
    name = readable(element)
    value = "(a secret, not shown)" if etree.QName(element).localname in SECRETS else quote((element.text or "").strip())
    attribute = re.search(r"attribute '(?:\{[^}]*\})?([^']+)'", message)
    subject = f"The attribute {attribute[1]} of {name}" if attribute else name
    if attribute:
        value = quote(element.get(attribute[1]) or "")
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        missing = "Missing child" in message
        rule = "XSD-missing" if missing else "XSD-element"
        return rule, f"{name} is incomplete" + _expected(message) if missing else f"{name} may not stand here" + _expected(message)
    if kind == "SCHEMAV_CVC_DATATYPE_VALID_1_2_1":
        return "XSD-type", f"{subject} has the value {value}; expected is {_wanted(message, name)}."
    if kind in FACETS:
        return FACETS[kind], f"{subject} has the value {value}; {_facet(message)}"
    return _structure(kind, message, subject, element)


def _wanted(message: str, name: str) -> str:
    """The form expected, from the type that libxml2 names, else from the ending that UBL and CII give names of such elements."""
    stated = re.search(r"type '(?:xs:|\{[^}]*\})?([^']+)'", message)
    primitive = stated[1].partition(".")[0] if stated else ""  # types of our tables are named decimal.7
    if primitive in _TYPES:
        return _TYPES[primitive]
    return next((_TYPES[kind] for ending, kind in _ENDINGS.items() if name.endswith(ending)), "another form")


_ENDINGS = {
    **dict.fromkeys(["Amount", "Quantity", "Percent", "Numeric", "Rate", "Measure"], "decimal"),
    "Indicator": "boolean",
    "Date": "date",
    "Time": "time",
    "BinaryObject": "base64Binary",
}


_TYPE_STATED = "{http://www.w3.org/2001/XMLSchema-instance}type"


def _structure(kind: str, message: str, subject: str, element: Element) -> tuple[str, str]:
    if kind == "SCHEMAV_CVC_ELT_1":
        namespace = etree.QName(element).namespace
        return "XSD-root", f"{subject} in the namespace {quote(namespace or '', 120)} is not the root element of this schema."
    if kind.startswith("SCHEMAV_CVC_ELT_3_"):
        return "XSD-other", f"{subject} carries xsi:nil, but the schema does not allow it to be nil."
    if kind.startswith("SCHEMAV_CVC_ELT_4_"):
        stated = quote(element.get(_TYPE_STATED) or "")
        return "XSD-other", f"{readable(element)} says by xsi:type that it is {stated}, a type that the schema does not allow here."
    if kind in ("SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2"):
        return "XSD-attribute", f"{subject} is not allowed."
    if kind == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        return "XSD-attribute-missing", f"{subject} is mandatory and missing."
    if kind.startswith(("SCHEMAV_CVC_COMPLEX_TYPE_2", "SCHEMAV_CVC_TYPE_3")):
        wanted = "elements, not text" if "haracter content" in message else "text, not elements"
        return "XSD-content", f"{subject} must hold {wanted}."
    return "XSD-other", f"{subject} does not agree with the schema ({kind.removeprefix('SCHEMAV_').lower()})."


def _facet(message: str) -> str:
    digits = re.search(r"more (fractional )?digits than are allowed \('?(\d+)", message)
    if digits:
        return f"the schema allows {f'at most {digits[2]}' if digits[2] != '0' else 'no'} digits{' behind the point' if digits[1] else ''}."
    if PATTERNS["an"] in message:
        return "the schema allows one line of text with at least one character that is no blank."
    allowed = re.search(r"set \{(.*)\}", message)
    if allowed:
        codes = [code.strip(" '") for code in allowed[1].split(",")]
        return f"allowed is {', '.join(codes)}." if len(codes) <= 12 else f"it is not among the {len(codes)} codes allowed."
    limit = re.search(r"(allowed (?:minimum|maximum) length of|allowed is|pattern|value allowed \() '?([^'.)]{1,60})", message)
    what = (
        "a length of at most"
        if limit and "maximum length" in limit[1]
        else "a length of at least"
        if limit and "minimum" in limit[1]
        else ""
    )
    return f"the schema allows {what} {limit[2]}.".replace("  ", " ") if limit else "the schema does not allow it."


def _expected(message: str) -> str:
    found = re.search(r"Expected is (?:one of )?\( (.*) \)", message)
    if not found:
        return "; nothing more is expected."
    names = [_shown(item.strip()) for item in found[1].split(", ") if item.strip() != "..."]
    if len(names) > 8:
        names = [*names[:8], "…"]
    return f"; expected is {' or '.join(names)}." if len(names) < 3 else f"; expected is one of {', '.join(names)}."


def _shown(item: str) -> str:
    if item.endswith("}*"):
        return f"an element of the namespace {item[1:-2]}"
    return f"any element ({quote(item)})" if item.startswith("##") else NAMES[item]
