"""UBL transport documents as tables: which element is which role, reference, amount, measure or note of a bill of lading.

Sources: the OASIS UBL 2.1 common library (definitions of Shipment, Consignment, GoodsItem, TransportEquipment, ShipmentStage); UNTDID 3035,
1153, 5025, 6313 and 4451 (D.14B) for the codes under which EDIFACT carries the same facts, so that both become the same record. An element
without such a code keeps its UBL name.
"""

from __future__ import annotations

HEADER_PARTIES = (
    ("cac:ConsignorParty", "shipper"),
    ("cac:CarrierParty", "carrier"),
    ("cac:FreightForwarderParty", "freight_forwarder"),
    ("cac:SenderParty", "message_sender"),
    ("cac:ReceiverParty", "message_recipient"),
)
CONSIGNMENT_PARTIES = (
    ("cac:ConsignorParty", "shipper"),
    ("cac:ConsigneeParty", "consignee"),
    ("cac:NotifyParty", "notify"),
    ("cac:BillOfLadingHolderParty", "endorsee"),
    ("cac:CarrierParty", "carrier"),
    ("cac:FreightForwarderParty", "freight_forwarder"),
    ("cac:ExporterParty", "exporter"),
    ("cac:ImporterParty", "importer"),
    ("cac:OriginalDespatchParty", "ship_from"),
    ("cac:FinalDeliveryParty", "deliver_to"),
    ("cac:PerformingCarrierParty", "performing_carrier"),
    ("cac:SubstituteCarrierParty", "substitute_carrier"),
    ("cac:LogisticsOperatorParty", "logistics_operator"),
    ("cac:TransportAdvisorParty", "transport_adviser"),
    ("cac:HazardousItemNotificationParty", "dangerous_goods_contact"),
    ("cac:InsuranceParty", "insurer"),
    ("cac:MortgageHolderParty", "mortgage_holder"),
)
STAGE_PARTIES = (("cac:TerminalOperatorParty", "terminal_operator"), ("cac:CustomsAgentParty", "customs_broker"))
EQUIPMENT_PARTIES = (
    ("cac:ProviderParty", "equipment_provider"),
    ("cac:OwnerParty", "equipment_owner"),
    ("cac:OperatingParty", "equipment_operator"),
    ("cac:LoadingProofParty", "loading_proof"),
)

IDENTIFIERS = {
    "cbc:ConsigneeAssignedID": "AAO",
    "cbc:ConsignorAssignedID": "CU",
    "cbc:FreightForwarderAssignedID": "FF",
    "cbc:CarrierAssignedID": "BN",
    "cbc:BrokerAssignedID": "ADU",
    "cbc:ContractedCarrierAssignedID": "ContractedCarrierAssignedID",
    "cbc:PerformingCarrierAssignedID": "PerformingCarrierAssignedID",
}
"""Identifiers of a consignment -> scheme of the reference (1153)."""

AMOUNTS = {
    "cbc:TotalInvoiceAmount": "39",
    "cbc:DeclaredForCarriageValueAmount": "44",
    "cbc:FreeOnBoardValueAmount": "63",
    "cbc:DeclaredStatisticsValueAmount": "123",
    "cbc:InsuranceValueAmount": "157",
    "cbc:InsurancePremiumAmount": "316",
}
"""Amounts -> qualifier (5025); the declared customs value is 43 of a consignment and 40 of a goods item."""

MEASURES = {
    "cbc:GrossWeightMeasure": "MEAAAD",
    "cbc:NetWeightMeasure": "MEAAAC",
    "cbc:NetNetWeightMeasure": "MEAAAF",
    "cbc:GrossVolumeMeasure": "MEAAAW",
    "cbc:NetVolumeMeasure": "MEAAAX",
}
"""Measures -> qualifier (6313 behind MEA), where they are not fields of their own."""

NOTES = {
    "cbc:Note": None,
    "cbc:Description": None,
    "cbc:OtherInstruction": None,
    "cbc:Remarks": None,
    "cbc:Information": "AAI",
    "cbc:HandlingInstructions": "HAN",
    "cbc:SpecialInstructions": "SIN",
    "cbc:DeliveryInstructions": "DIN",
    "cbc:HaulageInstructions": "TRA",
    "cbc:CarrierServiceInstructions": None,
    "cbc:CustomsClearanceServiceInstructions": "CCI",
    "cbc:ForwarderServiceInstructions": None,
    "cbc:SpecialServiceInstructions": None,
    "cbc:DemurrageInstructions": None,
    "cbc:DamageRemarks": "DAR",
}
"""Free texts that become notes -> subject code (4451)."""

DIMENSIONS = {
    "VGM": "verified_gross_mass_kg",
    "AAB": "gross_mass_kg",
    "AAD": "gross_mass_kg",
    "G": "gross_mass_kg",
    "AAA": "net_mass_kg",
    "AAC": "net_mass_kg",
    "AAW": "volume_m3",
    "AET": "total_mass_kg",
    "T": "tare_kg",
}
"""Codes (6313) by which MeasurementDimension states a measure of equipment that UBL 2.1 has no element for -> field of Equipment."""

EVENTS_AT = {
    "cac:LoadingTransportEvent": "loading",
    "cac:ActualDepartureTransportEvent": "loading",
    "cac:EstimatedDepartureTransportEvent": "loading",
    "cac:PlannedDepartureTransportEvent": "loading",
    "cac:RequestedDepartureTransportEvent": "loading",
    "cac:DischargeTransportEvent": "discharge",
    "cac:ActualArrivalTransportEvent": "discharge",
    "cac:EstimatedArrivalTransportEvent": "discharge",
    "cac:PlannedArrivalTransportEvent": "discharge",
    "cac:RequestedArrivalTransportEvent": "discharge",
}
"""Events of a stage -> the place they date, and tell where the stage does not; the first one that says it counts."""

CONSIGNMENT_EVENTS = (
    ("cac:PlannedPickupTransportEvent", "receipt"),
    ("cac:RequestedPickupTransportEvent", "receipt"),
    ("cac:PlannedDeliveryTransportEvent", "delivery"),
    ("cac:RequestedDeliveryTransportEvent", "delivery"),
)

STAGES = (
    ("cac:PreCarriageShipmentStage", "pre_carriage"),
    ("cac:MainCarriageShipmentStage", "main"),
    ("cac:OnCarriageShipmentStage", "on_carriage"),
)

LEVELS = {"704": "master", "714": "house", "703": "house", "741": "master"}
"""Codes of UNTDID 1001 that say whether a transport document is a master or a house one."""

ORIGINAL = frozenset(
    {
        "ext:UBLExtensions",  # what parties agreed among themselves, electronic signatures among it
        "cac:DigitalSignatureAttachment",
        "cbc:EmbeddedDocumentBinaryObject",  # files
        "cbc:UBLVersionID",  # says how to read the document, not what it is about; the format of the message shows it
        "cbc:CustomizationID",
    }
)
"""What deliberately stays in the original only, with all below it."""
