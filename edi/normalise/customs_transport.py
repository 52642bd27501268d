"""Means of transport and equipment of customs messages: TDT with TPL, EQD, SEL.

Source: UNCL 8051, 8067, 8053, 8155, 8169, 8077, 9303, 4517; UN Recommendations 19 and 28; UCC DE 7/2 to 7/18. Equipment marks are written
without blanks. Seals of CUSDEC stand in a list of their own: they belong to the equipment where there is one only, else to an equipment
without a number, because the message does not say to which.
"""

from __future__ import annotations

from edi.documents import Equipment, Seal, Source, TransportMeans
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_tables import MAIN_STAGES, MEANS_SCHEMES, STAGES
from edi.normalise.customs_values import Children, Reading, Written, free_key, shown, write_down

_SEA = ("1", "8", "10", "11", "80", "81")
"""Modes of transport (the first two) and types 8179 of vessels, whose identification by name (8212) is a name."""
_VESSEL_NAME, _IMO = "11", "10"


def transport_means(found: list[Group]) -> list[TransportMeans]:
    """The means of transport of TDT groups; the main carriage is the one at the border where no other is."""
    stages = {STAGES.get(group.trigger.qualifier) for group in found}
    return [_means(group, "border" not in stages) for group in found]


def _means(group: Group, main_is_border: bool) -> TransportMeans:
    tdt = group.trigger
    code = tdt.qualifier
    stage = STAGES.get(code) or (("border" if main_is_border else "main") if code in MAIN_STAGES else code)
    means = TransportMeans(stage, source=Source(group.location, written={"8051": code}))
    means.journey = tdt["8028"].strip() or None
    stated = tdt["8067"].strip()
    means.mode, means.type_code = mode(stated) or None, tdt["8179"].strip() or None
    means.carrier_code, means.carrier_name = tdt["3127"].strip() or None, tdt["3128"].strip() or None
    identify(means, tdt, 8)
    written = means.source.written
    if stated != (means.mode or ""):
        written["8067"] = stated
    for key in ("8066", "8178", "8101", "8457", "8459", "7130", "8281"):
        if value := tdt[key].strip():
            written[key] = value
    for tpl in group.segments("TPL"):
        _placement(means, tpl)
    for dtm in group.segments("DTM"):
        write_down(written, dtm)
    return means


def mode(code: str) -> str:
    """The mode of transport in one digit; senders write the second digit of national lists too, or fill up with a zero.

    >>> mode("30"), mode("03"), mode("1"), mode("ZZ")
    ('3', '3', '1', 'ZZ')
    """
    if len(code) != 2 or not code.isdecimal():
        return code
    return code[1] if code[0] == "0" else code[0]


def identify(means: TransportMeans, segment: Segment, element: int) -> None:
    """Identification, its type, name and nationality out of C222."""
    number, code_list, agency, name = (part.strip() for part in segment.values(element, 4))
    written = means.source.written
    scheme = MEANS_SCHEMES.get((code_list, agency)) or MEANS_SCHEMES.get((code_list, "")) if number else None
    means.identification = number or name or None
    if scheme == _IMO and len(number) == 7 and number.isdigit():
        means.imo_number = number
    means.identification_type = scheme
    is_vessel = means.mode in _SEA[:2] or (means.type_code or "") in _SEA[2:] or scheme == _IMO
    if name and (number or is_vessel):
        means.name = name
    if name and not number and is_vessel:
        means.identification_type = _VESSEL_NAME
    if scheme is None:
        for key, value in (("1131", code_list), ("3055", agency)):
            if value:
                written[key] = value
    means.nationality = segment.value(element, 4).strip() or None


def _placement(means: TransportMeans, tpl: Segment) -> None:
    """TPL says once more which vehicle: what TDT left open; what differs stays as written."""
    other = TransportMeans(means.stage, means.mode, means.type_code)
    identify(other, tpl, 1)
    if means.identification is None and other.identification:
        means.identification, means.identification_type, means.name = other.identification, other.identification_type, other.name
        means.imo_number = other.imo_number
    means.nationality = means.nationality or other.nationality
    if other.identification not in (None, means.identification) or other.nationality not in (None, means.nationality):
        write_down(means.source.written, tpl)


def equipment(eqd: Segment, location: str) -> Equipment:
    """Containers and other equipment."""
    found = Equipment(eqd["8260"].replace(" ", "") or None, eqd.qualifier or None, source=Source(location))
    found.size_type = (eqd["8155"] or eqd["8154"]).strip() or None
    found.supplier, found.fullness = eqd["8077"].strip() or None, eqd["8169"].strip() or None
    for key in ("8249", "3207"):
        if value := eqd[key].strip():
            found.source.written[key] = value
    return found


def seals(items: Children, into: list[Equipment], location: str) -> None:
    """All SEL of a message, to the only equipment, else to one without a number."""
    found = [seal for sel in items for seal in _seals(sel)]
    if not found:
        return
    holder = (
        into[0] if len(into) == 1 else Equipment(source=Source(location, written={"SEL": "the message does not say of which equipment"}))
    )
    if len(into) != 1:
        into.append(holder)
    for seal, written in found:
        holder.seals.append(seal)
        if written:
            holder.source.written[free_key(holder.source.written, "SEL C208")] = written


def _seals(sel: Segment) -> list[tuple[Seal, str]]:
    """The number of a SEL, or the range of numbers in its C208 (D.01B on); the ends of a range are seals."""
    issuer, condition = (sel["9303"] or sel["9302"]).strip() or None, sel["4517"].strip() or None
    numbers = [number for number in (sel["9308"].strip(), *(text.strip() for text in sel.all("7402"))) if number]
    span = "-".join(numbers) if len(numbers) > 1 else ""
    return [(Seal(number, issuer, condition), span if index == 0 else "") for index, number in enumerate(dict.fromkeys(numbers))]


def counted(eqd: Segment, eqn: Segment, reading: Reading, group: Group) -> Equipment:
    """Equipment with its number of units (EQN of CUSREP)."""
    found = equipment(eqd, group.location)
    text = eqn.value(1)
    if text:
        found.count = reading.count(text, group, eqn, (1, 0), found.source.written)
    if eqn.value(1, 1):
        found.source.written["6353"] = eqn.value(1, 1)
    return found


def statistical_transport(written: Written, tdt: Segment) -> None:
    """TDT of a goods item: for statistics, kept as written."""
    written[free_key(written, f"TDT {tdt.qualifier}".rstrip())] = shown(tdt)
