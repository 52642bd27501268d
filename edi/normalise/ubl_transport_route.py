"""Where the goods of a UBL transport document go, and with what: places and means of transport.

Source: OASIS UBL 2.1 common library (Location, ShipmentStage, TransportMeans, TransportEvent, Period); UN/ECE Recommendations 16
(UN/LOCODE) and 19 (mode of transport); the Union Customs Code data element 7/7 for the type of identification. A stage is that of a
consignment by the name of its element, that of a shipment by its indicators; one without is the main carriage. The ports of the main
carriage are the places of loading and discharge of the bill itself. A shipped date is that of the loading event of the main carriage
which has occurred, a received date that of its takeover event; plans and estimates date the place only.

>>> code_of("SG SIN"), code_of("Quay 7")
('SGSIN', None)
"""

from __future__ import annotations

import dataclasses
import re

from edi.documents import BillOfLading, Identifier, Party, Place, TransportMeans
from edi.normalise.ubl_parties import party, with_agents
from edi.normalise.ubl_transport_hold import Hold
from edi.normalise.ubl_transport_rest import indicator
from edi.normalise.ubl_transport_tables import CONSIGNMENT_EVENTS, EVENTS_AT, STAGE_PARTIES, STAGES
from edi.normalise.xml_values import Branch

_LOCODE = re.compile(r"([A-Z]{2})\s?([A-Z2-9]{3})")
_IMO = re.compile(r"(?:IMO)?\s?([0-9]{7})")
_COUNTRIES = (
    ("cac:OriginalDepartureCountry", "origin"),
    ("cac:FinalDestinationCountry", "destination"),
    ("cac:TransitCountry", "transit"),
    ("cac:ExportCountry", "export"),
)
_PORTS = (("cac:LoadingPortLocation", "loading"), ("cac:UnloadingPortLocation", "discharge"), ("cac:TransshipPortLocation", "transhipment"))
_ROAD, _RAIL, _WAGON, _AIRCRAFT, _IMO_TYPE = "30", "21", "20", "41", "10"


def code_of(text: str | None) -> str | None:
    """The UN/LOCODE that a text is, in five characters; None when it has another form."""
    found = _LOCODE.fullmatch((text or "").upper())
    return found[1] + found[2] if found else None


def place(branch: Branch, role: str) -> Place | None:
    """A location in its role; None when it says nothing."""
    stated = branch.text("cbc:ID")
    item = Place(role, code_of(stated) or stated)
    if stated and not code_of(stated):
        item.scheme = branch.attribute("cbc:ID", "schemeID")
    elif stated != item.code:
        branch.written["cbc:ID"] = stated or ""
    item.name = branch.text("cbc:Name") or "\n".join(branch.texts("cbc:Description")) or branch.at("cac:Address").text("cbc:CityName")
    within = branch.at("cac:SubsidiaryLocation")
    item.terminal = within.first_text("cbc:Name", "cbc:Description", "cbc:ID")
    item.country = branch.at("cac:Address", "cac:Country").text("cbc:IdentificationCode")
    if not (item.code or item.name or item.terminal or item.country):
        return None
    item.source = branch.source()
    return item


def countries(bill: BillOfLading, holder: Branch) -> None:
    """Countries of departure, destination and transit, as places without a name."""
    for name, role in _COUNTRIES:
        for branch in holder.all(name):
            if code := branch.text("cbc:IdentificationCode"):
                bill.places.append(Place(role, country=code, source=branch.source()))


def add(hold: Hold, branch: Branch, role: str, event: Branch | None = None) -> None:
    """Add a place to the bill, unless the bill names the same one in that role; the event there dates it, where nothing did before."""
    found = place(branch, role)
    if found is None:
        return
    item = hold.place(found)
    if item is not found:
        branch.forget()
    if event and item.planned_date is None:
        item.planned_date = event.date("cbc:OccurrenceDate")


def consignment_places(hold: Hold, consignment: Branch) -> None:
    """Receipt and delivery by the events that are planned there, first arrival and last exit, countries."""
    for name, role in CONSIGNMENT_EVENTS:
        for event in consignment.all(name):
            if "cac:Location" in event.children:
                add(hold, event.at("cac:Location"), role, event)
    border_places(hold, consignment)
    countries(hold.bill, consignment)


def border_places(hold: Hold, holder: Branch) -> None:
    """The last port of the country of export and the first one of the country of import."""
    for name, role in (("cac:LastExitPortLocation", "exit"), ("cac:FirstArrivalPortLocation", "entry")):
        for branch in holder.all(name):
            add(hold, branch, role)


def stages(hold: Hold, shipment: Branch) -> None:
    """The means of transport of all stages, in their order, and what they say of the bill itself."""
    bill = hold.bill
    legs = [(branch, _stage(branch)) for branch in shipment.all("cac:ShipmentStage")]
    for consignment in shipment.all("cac:Consignment"):
        legs += [(branch, stage) for name, stage in STAGES for branch in consignment.all(name)]
    for branch, stage in legs:
        bill.transport_means.append(_means(bill, branch, stage))
        for location in branch.all("cac:FreightChargeLocation"):
            add(hold, location, "payment")
    main = [item for item in bill.transport_means if item.stage == "main"]
    for role, means in (("loading", main[:1]), ("discharge", main[-1:])):
        found = [item for leg in means for item in leg.places if item.role == role]
        bill.places += [dataclasses.replace(item) for item in found[:1]]


def _stage(branch: Branch) -> str:
    if indicator(branch, "cbc:PreCarriageIndicator"):
        return "pre_carriage"
    return "on_carriage" if indicator(branch, "cbc:OnCarriageIndicator") else "main"


def _means(bill: BillOfLading, branch: Branch, stage: str) -> TransportMeans:
    item = TransportMeans(stage, branch.text("cbc:TransportModeCode"), branch.text("cbc:TransportMeansTypeCode"), source=branch.source())
    if "cac:TransportMeans" in branch.children:
        _vehicle(item, branch.at("cac:TransportMeans"))
    _carriers(bill, item, branch)
    for name, role in _PORTS:
        item.places += [found for location in branch.all(name) if (found := place(location, role))]
    _dates(bill, item, branch)
    return item


def _vehicle(item: TransportMeans, means: Branch) -> None:
    item.type_code = item.type_code or means.text("cbc:TransportMeansTypeCode")
    item.journey, item.nationality = means.text("cbc:JourneyID"), means.text("cbc:RegistrationNationalityID")
    ship = means.at("cac:MaritimeTransport")
    item.name = ship.text("cbc:VesselName")
    number = ship.text("cbc:VesselID")
    imo = _IMO.fullmatch(number or "")
    if imo:
        item.imo_number, item.identification_type, item.identification = imo[1], _IMO_TYPE, imo[1]
    elif number:
        item.identification = number
    for holder, name, kind in (
        ("cac:RoadTransport", "cbc:LicensePlateID", _ROAD),
        ("cac:RailTransport", "cbc:TrainID", _RAIL),
        ("cac:RailTransport", "cbc:RailCarID", _WAGON),
        ("cac:AirTransport", "cbc:AircraftID", _AIRCRAFT),
    ):
        if item.identification is None and (number := means.at(holder).text(name)):
            item.identification, item.identification_type = number, kind


def _carriers(bill: BillOfLading, item: TransportMeans, branch: Branch) -> None:
    """The carrier of the stage by name and code; what else is said of it is a party of its own."""
    for carrier in branch.all("cac:CarrierParty"):
        found = party(carrier, "stage_carrier")
        if found and not item.carrier_name and not item.carrier_code:
            item.carrier_name, item.carrier_code = found.name, found.identifier("party")
            if found == Party("stage_carrier", found.name, identifiers=_plain(found), source=found.source):
                item.source.written |= found.source.written
                carrier.forget()
                continue
        bill.parties += [found] if found else []
    for name, role in STAGE_PARTIES:
        bill.parties += [found for holder in branch.all(name) for found in with_agents(holder, role)]


def _plain(carrier: Party) -> list[Identifier]:
    """The one identifier that the carrier's code holds, as it would be if it had no scheme."""
    return [Identifier("party", carrier.identifiers[0].value)] if carrier.identifiers else []


def _dates(bill: BillOfLading, item: TransportMeans, branch: Branch) -> None:
    """Events tell when a place is reached, and which it is where the stage names none; periods tell when where no event does."""
    for name, role in EVENTS_AT.items():
        for event in branch.all(name)[:1]:
            _event(bill, item, event, role, name == "cac:LoadingTransportEvent")
    for event in branch.all("cac:TakeoverTransportEvent"):
        if item.stage != "on_carriage" and bill.received_date is None:
            bill.received_date = event.date("cbc:OccurrenceDate")
    for name in ("cac:TransitPeriod", "cac:EstimatedTransitPeriod"):
        for period in branch.all(name):
            for role, date in (("loading", "cbc:StartDate"), ("discharge", "cbc:EndDate")):
                at = _at(item, role)
                if at and at.planned_date is None:
                    at.planned_date = period.date(date)


def _event(bill: BillOfLading, item: TransportMeans, event: Branch, role: str, is_loading: bool) -> None:
    at = _at(item, role)
    if at is None and "cac:Location" in event.children and (at := place(event.at("cac:Location"), role)):
        item.places.append(at)
    occurred = is_loading and item.stage == "main" and indicator(event, "cbc:CompletionIndicator") is not False
    if occurred and bill.on_board_date is None:
        bill.on_board_date = event.date("cbc:OccurrenceDate")
    elif at and at.planned_date is None:
        at.planned_date = event.date("cbc:OccurrenceDate")


def _at(item: TransportMeans, role: str) -> Place | None:
    return next((found for found in item.places if found.role == role), None)
