"""Identifiers of trade: what is wrong with one, in words; None where nothing is. Pure; nothing is looked up anywhere.

`mrn`, `eori`, `vat`, `locode`, `container`, `imo`, `lei`, `ducr`, `country`, `currency`: each takes the text as stated and returns what a
clerk can act on, or None. Only the form and check characters are judged; whether an identifier was ever issued is another question. Texts
of any length and script are safe. Each function names where its form is written. Check digits of ISO 6346, IMO, LEI and VAT come
from python-stdnum; letters and digits are those of ASCII, which python-stdnum alone does not demand.

>>> mrn("24DE000000001234E0"), mrn("24DE000000001234E3")
(None, 'its check character is 3, the seventeen before it make 0')
"""

from __future__ import annotations

import re
from collections.abc import Callable

from edi import catalogue

_MRN = re.compile(r"([0-9]{2})([A-Z]{2})[A-Z0-9]{13}[0-9]")
_MRN_LIKE = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{14}")
_EORI = re.compile(r"([A-Z]{2})[A-Z0-9]{1,15}")
_VAT = re.compile(r"([A-Z]{2})[A-Z0-9+*]{2,18}")
_LOCODE = re.compile(r"([A-Z]{2})[A-Z2-9]{3}")
_CONTAINER = re.compile(r"[A-Z]{3}[UJZR][0-9]{7}")
_SIZE_TYPE = re.compile(
    "[1-9A-HK-NPR][0245689C-FL-P](?:[ABGHKNPRSTUV][0-9]|GP|VH|BU|BK|SN|RE|RT|RS|HR|HI|UT|UP|PL|PF|PC|PS|TN|TD|TG|AS)|[1-9][0-9]{3}"
)
_IMO = re.compile(r"[0-9]{7}")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_DUCR = re.compile(r"[0-9]([A-Z]{2})[A-Z0-9]{1,15}-[A-Z0-9()-]{1,19}")

_LETTERS = {letter: 10 + place + (9 + place) // 10 for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
"""Values of letters: from 10, without the multiples of 11 (ISO 6346, annex A)."""


def check_character(text: str) -> str:
    """The ISO 6346 check character of ASCII letters and digits: values weighted by powers of two, modulo 11, modulo 10.

    >>> check_character("CSQU305438")
    '3'
    """
    values = (_LETTERS[char] if char in _LETTERS else int(char) for char in text)
    return str(sum(value << place for place, value in enumerate(values)) % 11 % 10)


def is_mrn_like(text: str) -> bool:
    """Whether it has the outline of an MRN: eighteen characters that begin with two digits and two letters.

    Customs outside the common system number declarations in other ways; their numbers are not judged as MRNs.
    """
    return _MRN_LIKE.fullmatch(text) is not None


def mrn(text: str) -> str | None:
    """A movement reference number: year, country, thirteen characters, check character.

    Source: Delegated Regulation (EU) 2015/2446, Annex B (as of 2016 and 2021), data element "MRN". The newer structure has a letter for the
    procedure at place 17; the older one has any character there. Both have the check character last, made as ISO 6346 makes it.
    """
    match = _MRN.fullmatch(text)
    if not match:
        return "it is not two digits, two letters, thirteen letters or digits and a digit"
    if country(match[2]):
        return f"{match[2]} is no country"
    expected = check_character(text[:17])
    return None if text[17] == expected else f"its check character is {text[17]}, the seventeen before it make {expected}"


def eori(text: str) -> str | None:
    """An EORI number: country and up to fifteen letters or digits (Implementing Regulation (EU) 2015/2447, Annex 12-01); no check digit.

    >>> eori("GB 123"), eori("QQ123"), eori("DE1234567")
    ('it is not two letters of a country and one to fifteen letters or digits', None, None)
    """
    match = _EORI.fullmatch(text)
    if not match:
        return "it is not two letters of a country and one to fifteen letters or digits"
    return f"{match[1]} is no country" if country(match[1]) else None


def vat(text: str) -> str | None:
    """A VAT number with the code of its country (Directive 2006/112/EC, article 215): in full for the European Union, else its form.

    >>> vat("DE136695976"), vat("DE136695975"), vat("NO999999999MVA"), vat("136695976")[:6]
    (None, 'it is no VAT number as DE issues them', None, 'it is ')
    """
    from stdnum.eu import vat as european

    if not _VAT.fullmatch(text):
        return "it is not two letters of a country and two to eighteen letters or digits"
    issuer = {"EL": "gr"}.get(text[:2], text[:2].lower())
    known = issuer not in european.MEMBER_STATES or european.is_valid(text)
    return None if known else f"it is no VAT number as {text[:2]} issues them"


def locode(text: str) -> str | None:
    """A UN/LOCODE: country and three letters or digits 2 to 9 (UNECE Recommendation 16). Only the form: the list itself is not kept.

    >>> locode("DEHAM"), locode("DEH0M"), locode("HAMBURG") == locode("deham"), locode("A0HAM") is None
    (None, 'it is not two letters of a country and three letters or digits from 2 to 9', True, False)
    """
    match = _LOCODE.fullmatch(text)
    if not match:
        return "it is not two letters of a country and three letters or digits from 2 to 9"
    # UN/LOCODE gives XZ to installations in international waters.
    return f"{match[1]} is no country" if match[1] != "XZ" and country(match[1]) else None


def container(text: str) -> str | None:
    """The mark of a container: owner (three letters), category, six digits, check digit (ISO 6346).

    >>> container("CSQU3054383"), container("CSQU3054384"), container("AD12345")
    (None, 'its check digit is 4, the ten before it make 3', 'it is not four letters, the last of them U, J, Z or R, and seven digits')
    """
    from stdnum import iso6346

    if not _CONTAINER.fullmatch(text):
        return "it is not four letters, the last of them U, J, Z or R, and seven digits"
    expected = iso6346.calc_check_digit(text[:10])
    return None if text[10] == expected else f"its check digit is {text[10]}, the ten before it make {expected}"


def size_type(text: str) -> str | None:
    """The size and type of a container: length, height, type in detail or its group (ISO 6346:1995, "45G1", "45GP"; earlier four digits).

    >>> size_type("45G1"), size_type("22GP"), size_type("4510"), size_type("22G") == size_type("40HC")
    (None, None, None, True)
    """
    return (
        None
        if _SIZE_TYPE.fullmatch(text)
        else "it is not the four characters of ISO 6346: length, height and two for the type, such as 45G1"
    )


def imo(text: str) -> str | None:
    """The IMO ship identification number: seven digits, the last a check digit (IMO resolution A.1117(30)).

    >>> imo("9074729"), imo("9074728"), imo("IMO9074729")
    (None, 'its check digit is 8, the six before it make 9', 'it is not seven digits')
    """
    from stdnum import imo as numbers

    if not _IMO.fullmatch(text):
        return "it is not seven digits"
    expected = numbers.calc_check_digit(text)
    return None if text[6] == expected else f"its check digit is {text[6]}, the six before it make {expected}"


def lei(text: str) -> str | None:
    """A legal entity identifier: twenty letters and digits, the last two check digits (ISO 17442-1).

    >>> lei("213800KUD8LAJWSQ9D15"), lei("213800KUD8LAJWSQ9D16")
    (None, 'its check digits are wrong')
    """
    from stdnum import lei as numbers

    if not _LEI.fullmatch(text):
        return "it is not eighteen letters or digits and two digits"
    return None if numbers.is_valid(text) else "its check digits are wrong"


def ducr(text: str) -> str | None:
    """A declaration unique consignment reference: digit of the year, EORI, hyphen, up to nineteen characters; thirty-five in all.

    Source: UK Trade Tariff, volume 3, data element 2/1 (DCR); a UCR of the WCO has the same outline (Recommendation of 30 June 2001).

    >>> ducr("8GB123456765080-101SHIP1"), ducr("GB/1234-99")
    (None, 'it is not a digit, an EORI number, a hyphen and up to nineteen letters, digits, hyphens or brackets')
    >>> ducr("8GB123456789012345-" + 16 * "X"), ducr("8GB123456789012345-" + 17 * "X")
    (None, 'it has 36 characters; 35 are the most')
    """
    match = _DUCR.fullmatch(text)
    if match and len(text) > 35:
        return f"it has {len(text)} characters; 35 are the most"
    if not match:
        return "it is not a digit, an EORI number, a hyphen and up to nineteen letters, digits, hyphens or brackets"
    return f"{match[1]} is no country" if country(match[1]) else None


def country(text: str) -> str | None:
    """A country: two letters as ISO 3166-1 or a customs agreement has them, withdrawn ones included (`schemas/codes/iso3166.toml`).

    What ISO leaves to users (AA, QM to QZ, XA to XZ, ZZ) passes: authorities give it meanings of their own.

    >>> country("DE"), country("XI"), country("UK"), country("XX"), country("D")
    (None, None, None, None, 'it is no code of ISO 3166-1')
    """
    known = text in catalogue.iso_codes()["3207"] or _USER_ASSIGNED.fullmatch(text)
    return None if known else "it is no code of ISO 3166-1"


_USER_ASSIGNED = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")


def currency(text: str) -> str | None:
    """A currency: three letters as ISO 4217 has them, withdrawn ones included.

    >>> currency("EUR"), currency("Euro")
    (None, 'it is no alphabetic code of ISO 4217')
    """
    return None if text in catalogue.iso_codes()["6345"] else "it is no alphabetic code of ISO 4217"


ALL: dict[str, Callable[[str], str | None]] = {
    "MRN": mrn,
    "EORI": eori,
    "VAT": vat,
    "UN/LOCODE": locode,
    "container": container,
    "size and type": size_type,
    "IMO": imo,
    "LEI": lei,
    "DUCR": ducr,
    "country": country,
    "currency": currency,
}
"""Every check by the name of what it checks."""
