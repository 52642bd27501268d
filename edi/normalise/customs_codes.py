"""Coded statements of customs messages: CST (7361) and GIS or GEI (7365), each by the list (1131) its code is of.

Source: UNCL 1131 (105 declaration type, 117 procedure, 122 commodity, ...; see `CODE_LISTS`), 7365 for indicators of the UN's own list. CST
holds a commodity code where no list is named and the code is of six or more digits, a procedure where it is of four. A code of the header
for which only goods items have a field holds for all items that state none themselves. What is of no known list stays as written.
"""

from __future__ import annotations

import re
from typing import Any

from edi.documents import Classification, CustomsDeclaration, GoodsItem
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_rest import keep_segment
from edi.normalise.customs_tables import CODE_LISTS, CONTAINER_INDICATORS, NO, YES
from edi.normalise.customs_values import Reading, free_key

_COMMODITY, _PROCEDURE = re.compile("[0-9]{6}|[0-9]{8,14}"), re.compile("[0-9]{4}(?:[0-9]{3})?")
_DOTTED, _BOTH = re.compile(r"[0-9]{2}\.[0-9]{2}"), re.compile("[0-9]{4}[0-9A-Z]{3}")
"""Procedures with a point between requested and previous one, and with the additional procedure behind them (both boxes of SAD 37)."""
_EXCISE_LIST = "107"
_SHORTEST = 2
"""Characters of a procedure code, those of the requested procedure alone; one letter is a class of procedures (the purpose in `ZZZ01`)."""
Declared = CustomsDeclaration | GoodsItem


def customs_status(reading: Reading, holder: Declared, cst: Segment, group: Group) -> None:
    """The codes of a CST."""
    element = 2
    while cst.item(element) is not None:
        code, code_list, agency = (part.strip() for part in cst.values(element, 3))
        if code and not take_code(reading, holder, code, code_list or _list_by_form(holder, code, agency)):
            written = holder.source.written
            written[free_key(written, f"CST {code_list or agency}".rstrip())] = ":".join((code, code_list, agency)).rstrip(":")
        element += 1


def _list_by_form(holder: Declared, code: str, agency: str) -> str:
    """The list of a code of a goods item that names none: commodity codes and procedures are known by their form."""
    if not isinstance(holder, GoodsItem):
        return ""
    if _COMMODITY.fullmatch(code) and holder.commodity_code is None:
        return "122"
    return "117" if _PROCEDURE.fullmatch(code) and holder.procedure_code is None else ""


def indicators(reading: Reading, holder: Declared, gis: Segment, group: Group) -> None:
    """The code of a GIS; those without a field stay as written."""
    code, code_list = gis["7365"].strip(), gis["1131"].strip()
    if not code_list and code in CONTAINER_INDICATORS and isinstance(holder, CustomsDeclaration) and holder.container_indicator is None:
        holder.container_indicator = CONTAINER_INDICATORS[code]
        holder.source.written["7365 container_indicator"] = code
    elif not code or not take_code(reading, holder, code, code_list):
        keep_segment(reading, holder, gis, group)


def take_code(reading: Reading, holder: Declared, code: str, code_list: str) -> bool:
    """Put a code of a list into its field; False where there is none or where it is filled."""
    name = CODE_LISTS.get(code_list)
    if name is None or (name == "procedure_code" and len(code) < _SHORTEST):
        return False
    if not hasattr(holder, name):
        return _for_items(reading, holder, name, code)
    if name == "procedure_code" and isinstance(holder, GoodsItem) and holder.procedure_code is None:
        return _procedure(holder, code)
    if name == "container_indicator":
        return _container(holder, code)
    if name == "additional_codes" and isinstance(holder, GoodsItem):
        holder.additional_codes.append(Classification(code, "national" if code_list == _EXCISE_LIST else None))
        return True
    return _fill(holder, name, code)


def _for_items(reading: Reading, holder: Declared, name: str, code: str) -> bool:
    """A code of the header for goods items; as written there too, because there it stands."""
    if isinstance(holder, CustomsDeclaration) and name in GoodsItem.__dataclass_fields__ and name not in reading.for_items:
        reading.for_items[name] = code
    return False


def _procedure(holder: GoodsItem, code: str) -> bool:
    if _BOTH.fullmatch(code):
        holder.procedure_code = code[:4]
        holder.additional_procedures.append(code[4:])
    else:
        holder.procedure_code = code.replace(".", "") if _DOTTED.fullmatch(code) else code
    if holder.procedure_code != code:
        holder.source.written["procedure_code"] = code
    return True


def _container(holder: Any, code: str) -> bool:
    if holder.container_indicator is not None or code.upper() not in YES + NO:
        return False
    holder.container_indicator = code.upper() in YES
    holder.source.written["7365 container_indicator"] = code
    return True


def _fill(holder: Any, name: str, code: str) -> bool:
    value = getattr(holder, name)
    if isinstance(value, list):
        value.append(code)
        return True
    if value is None:
        setattr(holder, name, code)
        return True
    if name == "commodity_code":
        holder.additional_codes.append(Classification(code, "commodity"))
        return True
    return bool(value == code)
