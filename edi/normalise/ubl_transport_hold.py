"""What is found again by name while a UBL transport document is read: equipment, goods items, places, and which item is in which equipment.

>>> from edi.documents import BillOfLading, CargoItem
>>> hold, item = Hold(BillOfLading()), CargoItem()
>>> hold.share(item, "QKEU4712067") is hold.share(item, "QKEU4712067")
True
"""

from __future__ import annotations

from dataclasses import dataclass, field

from edi.documents import BillOfLading, CargoItem, Equipment, EquipmentShare, Place, Seal

Told = tuple[str | None, ...]


@dataclass(slots=True)
class Hold:
    """The bill that is being read, with equipment by number, the goods items of the shipment by ID, places by what is told of them."""

    bill: BillOfLading
    equipment: dict[str, Equipment] = field(default_factory=dict)
    items: dict[str, CargoItem] = field(default_factory=dict)
    places: dict[Told, Place] = field(default_factory=dict)
    shares: dict[tuple[int, str], EquipmentShare] = field(default_factory=dict)
    seals: set[tuple[str, Told]] = field(default_factory=set)
    services: list[str] = field(default_factory=list)

    def share(self, item: CargoItem, number: str) -> EquipmentShare:
        """The part of the item that is in this equipment; said twice it is one."""
        key = (id(item), number)
        if key not in self.shares:
            self.shares[key] = EquipmentShare(number)
            item.equipment.append(self.shares[key])
        return self.shares[key]

    def new_seals(self, number: str, seals: list[Seal]) -> list[Seal]:
        """Those of the seals that were not told of this equipment before."""
        told = [(number, (item.number, item.issuer, item.condition)) for item in seals]
        found = [item for item, key in zip(seals, told, strict=True) if key not in self.seals]
        self.seals.update(told)
        return found

    def place(self, item: Place) -> Place:
        """The place of the bill that is told alike, which this one becomes where there is none."""
        told = (item.role, item.code, item.scheme, item.name, item.terminal, item.country)
        if told not in self.places:
            self.places[told] = item
            self.bill.places.append(item)
        return self.places[told]
