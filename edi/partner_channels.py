"""What a profile says of a partner beyond UNB: identifiers for every syntax, XML formats, quotas, and where answers go.

Source: GS1 General Specifications (GLN: 13 digits with a check digit); Directive 2006/112/EC, article 215 (VAT numbers, by country);
Delegated Regulation (EU) 2015/2446, annex 12-01 (EORI: country code and up to 15 characters); Peppol Policy for use of Identifiers 4.3
(ICD or EAS code of four digits, a colon, the identifier). Check digits come from python-stdnum; EORI is not in it and has none.

>>> is_gln("9520000071004"), is_gln("9520000071005"), is_eori("DE8800771"), is_peppol("0088:9520000071004")
(True, False, True, True)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from edi import catalogue
from edi.partner_values import Section
from edi.profiles import ASKED, Channels, Identification, PartnerIdentifier, Profile

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""The key of a partner: the stem of his file, the name of his drop folder, the property `partner` of his messages on a queue."""

KEY_WORDS = "Expected small letters, digits, point, hyphen and underscore, at most 64, a letter or digit first; it names his drop folder."

ACKNOWLEDGE = (ASKED, "always", "errors", "never")
QUEUE = "queue:"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]{0,99}"
_FORMATS = "XML formats such as UBL, UBL Invoice or CII"
_ANSWERS = "folder, queue:NAME, or an https address without user, password or fragment"


def is_gln(value: str) -> bool:
    """Whether it is a Global Location Number."""
    from stdnum import ean

    return len(value) == 13 and value.isascii() and ean.is_valid(value)


def is_vat(value: str) -> bool:
    """Whether it can be a VAT number with the code of its country: in full for the European Union and Northern Ireland, else by its form.

    >>> is_vat("DE136695976"), is_vat("DE136695975"), is_vat("NO999999999MVA")
    (True, False, True)
    """
    from stdnum.eu import vat

    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9+*]{2,18}", value):
        return False
    country = {"EL": "gr"}.get(value[:2], value[:2].lower())
    return country not in vat.MEMBER_STATES or bool(vat.is_valid(value))


def is_eori(value: str) -> bool:
    return re.fullmatch(r"[A-Z]{2}[A-Z0-9]{1,15}", value) is not None


def is_peppol(value: str) -> bool:
    scheme, _, name = value.partition(":")
    fits = re.fullmatch(r"[0-9]{4}:[!-~]{1,50}", value) is not None
    return fits and (scheme != "0088" or is_gln(name))


IDENTIFIERS: dict[str, tuple[Callable[[str], bool], str]] = {
    "gln": (is_gln, "a GLN of 13 digits with its check digit"),
    "vat": (is_vat, "a VAT number that begins with the code of its country, without blanks, such as DE136695976"),
    "eori": (is_eori, "an EORI number: the code of a country and up to 15 capital letters and digits"),
    "peppol": (is_peppol, "a Peppol identifier such as 0088:9520000071004"),
}
"""Key of a profile -> what its values must be, as a test and in words."""


def identifiers(section: Section) -> Iterator[PartnerIdentifier]:
    """The identifiers of the partner: each key holds one text or a list."""
    for kind, (fits, expected) in IDENTIFIERS.items():
        for value in section.one_or_more(kind, r"\S{1,60}", expected):
            if fits(value):
                yield PartnerIdentifier(kind, value)
            else:
                section.wrong(kind, expected, value)


def with_gln(stated: tuple[Identification, ...], known: tuple[PartnerIdentifier, ...]) -> tuple[Identification, ...]:
    """The identifications in UNB: those stated, and every GLN under qualifier 14, by which EANCOM names a partner."""
    glns = (item.value for item in known if item.kind == "gln")
    return (*stated, *(Identification(gln, "14") for gln in glns if not any(name.names(gln, "14") for name in stated)))


def channels(section: Section) -> Channels:
    """Where answers go; the default is the way the document came."""
    section.allow("answers", "token_variable")
    answers = section.text("answers", r".{1,2000}", _ANSWERS)
    if answers and not (answers == "folder" or _is_queue(answers) or _is_address(answers)):
        section.wrong("answers", _ANSWERS)
    variable = section.text("token_variable", _VARIABLE, "the name of an environment variable; the token itself stands in no file")
    if variable and "://" not in answers:
        section.refuse("token_variable", "belongs to an https address in answers only")
    return Channels(answers, variable)


def _is_queue(answers: str) -> bool:
    return re.fullmatch(r"queue:[A-Za-z0-9][A-Za-z0-9._-]{0,199}", answers) is not None


def _is_address(answers: str) -> bool:
    """Whether it is an address that can be called: https, or http on this machine."""
    try:
        parts = urlsplit(answers)
        _ = parts.port  # raises where it is none
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.password or "@" in parts.netloc or "#" in answers or not answers.isascii():
        return False
    return not re.search(r"\s", answers) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself.

    >>> is_loopback("127.0.0.1"), is_loopback("[::1]".strip("[]")), is_loopback("example.org")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def formats(section: Section) -> tuple[str, ...]:
    """The XML formats agreed on, as the catalogue knows them: a syntax, perhaps with a message."""
    known = {name for row in catalogue.rows() if row.syntax != "EDIFACT" for name in (row.syntax, f"{row.syntax} {row.message}")}
    found = section.texts("formats", r".{1,60}", _FORMATS)
    for name in found:
        if name not in known:
            section.wrong("formats", _FORMATS, name)
    return tuple(name for name in found if name in known)


def claimed_twice(partners: dict[str, Profile]) -> Iterator[str]:
    """Identifiers that two profiles claim."""
    holders: dict[PartnerIdentifier, str] = {}
    for file, profile in partners.items():
        for item in profile.identifiers:
            other = holders.setdefault(item.folded(), file)
            if other != file:
                yield f"{file}: {item.kind} has {item.value}, which {other} claims too; expected an identifier of one partner only."
