"""UBL and CII become one Invoice: every term in its place, equal from both, and values that are none cause findings."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from edi.documents import Invoice, as_json
from edi.findings import Finding, Severity
from edi.normalise import cii, ubl
from edi.normalise.canonical import note
from edi.normalise.cii_values import day_parts
from edi.xml.reader import parse
from edi.xml.schema import validate
from edi.xml.vocabulary import identify

NS = "urn:oasis:names:specification:ubl:schema:xsd"
HEAD = f'xmlns:cbc="{NS}:CommonBasicComponents-2" xmlns:cac="{NS}:CommonAggregateComponents-2"'
UN = "urn:un:unece:uncefact:data:standard"

UBL = f"""<Invoice xmlns="{NS}:Invoice-2" {HEAD}>
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ProfileID>P1</cbc:ProfileID>
<cbc:ID>R-7</cbc:ID><cbc:IssueDate>2026-01-31</cbc:IssueDate><cbc:DueDate>2026-02-28</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>#AAI#Thank you</cbc:Note><cbc:Note>No code</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>
<cbc:AccountingCost>KST 9</cbc:AccountingCost><cbc:BuyerReference>B-REF</cbc:BuyerReference>
<cac:InvoicePeriod><cbc:StartDate>2026-01-01</cbc:StartDate><cbc:EndDate>2026-01-31</cbc:EndDate>
<cbc:DescriptionCode>35</cbc:DescriptionCode>
</cac:InvoicePeriod>
<cac:OrderReference><cbc:ID>PO-1</cbc:ID><cbc:SalesOrderID>SO-1</cbc:SalesOrderID></cac:OrderReference>
<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>R-6</cbc:ID>
<cbc:IssueDate>2025-12-31</cbc:IssueDate></cac:InvoiceDocumentReference>
</cac:BillingReference>
<cac:DespatchDocumentReference><cbc:ID>DES-1</cbc:ID></cac:DespatchDocumentReference>
<cac:ReceiptDocumentReference><cbc:ID>REC-1</cbc:ID></cac:ReceiptDocumentReference>
<cac:OriginatorDocumentReference><cbc:ID>LOT-1</cbc:ID></cac:OriginatorDocumentReference>
<cac:ContractDocumentReference><cbc:ID>CON-1</cbc:ID></cac:ContractDocumentReference>
<cac:AdditionalDocumentReference><cbc:ID schemeID="ABZ">METER</cbc:ID>
<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
<cac:AdditionalDocumentReference><cbc:ID>A-1</cbc:ID><cbc:DocumentDescription>Time sheet</cbc:DocumentDescription>
<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="t.csv">QUJD</cbc:EmbeddedDocumentBinaryObject>
<cac:ExternalReference><cbc:URI>https://example.org/t</cbc:URI></cac:ExternalReference></cac:Attachment></cac:AdditionalDocumentReference>
<cac:AdditionalDocumentReference><cbc:ID>BL-9</cbc:ID><cbc:DocumentTypeCode>705</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
<cac:ProjectReference><cbc:ID>PRJ-1</cbc:ID></cac:ProjectReference>
<cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID="EM">s@example.org</cbc:EndpointID>
<cac:PartyIdentification><cbc:ID schemeID="0088">4000001000005</cbc:ID></cac:PartyIdentification>
<cac:PartyIdentification><cbc:ID>S-1</cbc:ID></cac:PartyIdentification>
<cac:PartyIdentification><cbc:ID schemeID="SEPA">DE98ZZZ</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>Ship &amp; Co</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Quay 1</cbc:StreetName><cbc:AdditionalStreetName>Shed 2</cbc:AdditionalStreetName>
<cbc:CityName>Bremen</cbc:CityName><cbc:PostalZone>28195</cbc:PostalZone><cbc:CountrySubentity>HB</cbc:CountrySubentity>
<cac:AddressLine><cbc:Line>Gate 3</cbc:Line></cac:AddressLine><cac:Country>
<cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>60/1</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyTaxScheme><cbc:CompanyID>DE123</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>Shipping GmbH</cbc:RegistrationName><cbc:CompanyID schemeID="0002">HRB 1</cbc:CompanyID>
<cbc:CompanyLegalForm>GmbH, 25,000 EUR</cbc:CompanyLegalForm></cac:PartyLegalEntity>
<cac:Contact><cbc:Name>Ann</cbc:Name><cbc:Telephone>1</cbc:Telephone><cbc:ElectronicMail>a@example.org</cbc:ElectronicMail></cac:Contact>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer AB</cbc:Name></cac:PartyName>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>SE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity>
<cbc:RegistrationName>Buyer AB</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PayeeParty><cac:PartyName><cbc:Name>Bank</cbc:Name></cac:PartyName></cac:PayeeParty>
<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>Rep</cbc:Name></cac:PartyName>
<cac:PartyTaxScheme><cbc:CompanyID>SE1</cbc:CompanyID><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:TaxRepresentativeParty>
<cac:Delivery><cbc:ActualDeliveryDate>2026-01-20</cbc:ActualDeliveryDate><cac:DeliveryLocation>
<cbc:ID schemeID="0088">7300010000001</cbc:ID>
<cac:Address><cac:Country><cbc:IdentificationCode>SE</cbc:IdentificationCode></cac:Country></cac:Address></cac:DeliveryLocation>
<cac:DeliveryParty><cac:PartyName><cbc:Name>Depot</cbc:Name></cac:PartyName></cac:DeliveryParty>
<cac:Shipment><cbc:ID>SHP-1</cbc:ID><cac:TransportHandlingUnit><cac:TransportEquipment>
<cbc:ID>MSKU1234565</cbc:ID></cac:TransportEquipment>
</cac:TransportHandlingUnit></cac:Shipment></cac:Delivery>
<cac:DeliveryTerms><cbc:ID>CIF</cbc:ID><cbc:SpecialTerms>Incoterms 2020</cbc:SpecialTerms>
<cac:DeliveryLocation><cbc:Name>Gothenburg</cbc:Name></cac:DeliveryLocation></cac:DeliveryTerms>
<cac:PaymentMeans><cbc:PaymentMeansCode name="SEPA debit">59</cbc:PaymentMeansCode><cbc:PaymentID>RF18</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>DE89 3704 0044 0532 0130 00</cbc:ID><cbc:Name>Shipping</cbc:Name>
<cac:FinancialInstitutionBranch><cbc:ID>COBADEFF</cbc:ID></cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount>
<cac:PaymentMandate><cbc:ID>M-1</cbc:ID><cac:PayerFinancialAccount>
<cbc:ID>SE4550000000058398257466</cbc:ID></cac:PayerFinancialAccount></cac:PaymentMandate>
</cac:PaymentMeans>
<cac:PaymentTerms><cbc:Note>28 days
   net</cbc:Note></cac:PaymentTerms>
<cac:PrepaidPayment><cbc:ID>PRE-1</cbc:ID><cbc:PaidAmount currencyID="EUR">10.00</cbc:PaidAmount>
<cbc:ReceivedDate>2026-01-05</cbc:ReceivedDate></cac:PrepaidPayment>
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>
<cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">5.00</cbc:Amount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:AllowanceCharge>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:MultiplierFactorNumeric>10</cbc:MultiplierFactorNumeric>
<cbc:Amount currencyID="EUR">10.00</cbc:Amount><cbc:BaseAmount currencyID="EUR">100.00</cbc:BaseAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">260.00</cbc:TaxAmount></cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">23.75</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">95.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">23.75</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25.0</cbc:Percent><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">0.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent><cbc:TaxExemptionReasonCode>VATEX-EU-132</cbc:TaxExemptionReasonCode>
<cbc:TaxExemptionReason>Exempt</cbc:TaxExemptionReason><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">95.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">118.75</cbc:TaxInclusiveAmount>
<cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount>
<cbc:ChargeTotalAmount currencyID="EUR">5.00</cbc:ChargeTotalAmount>
<cbc:PrepaidAmount currencyID="EUR">10.00</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">0.00</cbc:PayableRoundingAmount>
<cbc:PayableAmount currencyID="EUR">108.75</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:Note>Careful</cbc:Note><cbc:InvoicedQuantity unitCode="H87">4</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount><cbc:AccountingCost>KST 10</cbc:AccountingCost>
<cac:InvoicePeriod><cbc:StartDate>2026-01-02</cbc:StartDate><cbc:EndDate>2026-01-03</cbc:EndDate></cac:InvoicePeriod>
<cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference>
<cac:DocumentReference><cbc:ID schemeID="AVE">SN-1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:DocumentReference>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode>
<cbc:Amount currencyID="EUR">8.00</cbc:Amount></cac:AllowanceCharge>
<cac:Item><cbc:Description>Blue</cbc:Description><cbc:Name>Crate</cbc:Name>
<cac:BuyersItemIdentification><cbc:ID>B1</cbc:ID></cac:BuyersItemIdentification><cac:SellersItemIdentification>
<cbc:ID>S1</cbc:ID></cac:SellersItemIdentification>
<cac:StandardItemIdentification><cbc:ID schemeID="0160">04012345678901</cbc:ID></cac:StandardItemIdentification>
<cac:OriginCountry><cbc:IdentificationCode>PL</cbc:IdentificationCode></cac:OriginCountry>
<cac:CommodityClassification>
<cbc:ItemClassificationCode listID="HS" listVersionID="2022">441510</cbc:ItemClassificationCode></cac:CommodityClassification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme>
<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
<cac:AdditionalItemProperty><cbc:Name>Wood</cbc:Name><cbc:Value>Pine</cbc:Value></cac:AdditionalItemProperty></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">27.00</cbc:PriceAmount><cbc:BaseQuantity unitCode="H87">1</cbc:BaseQuantity>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">3.00</cbc:Amount>
<cbc:BaseAmount currencyID="EUR">30.00</cbc:BaseAmount></cac:AllowanceCharge></cac:Price>
<cac:SubInvoiceLine><cbc:ID>1.1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">4</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount><cac:Item>
<cbc:Name>Board</cbc:Name></cac:Item></cac:SubInvoiceLine>
</cac:InvoiceLine></Invoice>"""


def party_tax(number: str, kind: str) -> str:
    return f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="{kind}">{number}</ram:ID></ram:SpecifiedTaxRegistration>'


def when(name: str, day: str, kind: str = "udt:DateTimeString") -> str:
    return f'<ram:{name}><{kind} format="102">{day}</{kind}></ram:{name}>'


def document(name: str, number: str, more: str = "") -> str:
    return f"<ram:{name}ReferencedDocument><ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>{more}</ram:{name}ReferencedDocument>"


def vat(category: str, percent: str, before: str = "", after: str = "") -> str:
    """A tax in the order CII asks for: amounts, category, exemption code, then when it is due."""
    code = f"<ram:TypeCode>VAT</ram:TypeCode>{before}<ram:CategoryCode>{category}</ram:CategoryCode>"
    return f"{code}{after}<ram:RateApplicablePercent>{percent}</ram:RateApplicablePercent>"


def charge(is_charge: str, body: str) -> str:
    indicator = f"<ram:ChargeIndicator><udt:Indicator>{is_charge}</udt:Indicator></ram:ChargeIndicator>"
    return f"<ram:SpecifiedTradeAllowanceCharge>{indicator}{body}</ram:SpecifiedTradeAllowanceCharge>"


HEADER_TAX = f"<ram:CategoryTradeTax>{vat('S', '25')}</ram:CategoryTradeTax>"

CII = f"""<rsm:CrossIndustryInvoice xmlns:rsm="{UN}:CrossIndustryInvoice:100" xmlns:udt="{UN}:UnqualifiedDataType:100"
 xmlns:qdt="{UN}:QualifiedDataType:100" xmlns:ram="{UN}:ReusableAggregateBusinessInformationEntity:100">
<rsm:ExchangedDocumentContext><ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>P1</ram:ID>
</ram:BusinessProcessSpecifiedDocumentContextParameter><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:cen.eu:en16931:2017</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>R-7</ram:ID><ram:TypeCode>380</ram:TypeCode>{when("IssueDateTime", "20260131")}
<ram:IncludedNote><ram:Content>Thank you</ram:Content><ram:SubjectCode>AAI</ram:SubjectCode></ram:IncludedNote>
<ram:IncludedNote><ram:Content>No code</ram:Content></ram:IncludedNote></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID><ram:IncludedNote><ram:Content>Careful</ram:Content></ram:IncludedNote>
</ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:GlobalID schemeID="0160">04012345678901</ram:GlobalID><ram:SellerAssignedID>S1</ram:SellerAssignedID>
<ram:BuyerAssignedID>B1</ram:BuyerAssignedID><ram:Name>Crate</ram:Name><ram:Description>Blue</ram:Description>
<ram:ApplicableProductCharacteristic><ram:Description>Wood</ram:Description>
<ram:Value>Pine</ram:Value></ram:ApplicableProductCharacteristic>
<ram:DesignatedProductClassification>
<ram:ClassCode listID="HS" listVersionID="2022">441510</ram:ClassCode></ram:DesignatedProductClassification>
<ram:OriginTradeCountry><ram:ID>PL</ram:ID></ram:OriginTradeCountry></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:BuyerOrderReferencedDocument><ram:LineID>10</ram:LineID></ram:BuyerOrderReferencedDocument>
<ram:GrossPriceProductTradePrice><ram:ChargeAmount>30</ram:ChargeAmount><ram:AppliedTradeAllowanceCharge>
<ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>
<ram:ActualAmount>3</ram:ActualAmount></ram:AppliedTradeAllowanceCharge>
</ram:GrossPriceProductTradePrice><ram:NetPriceProductTradePrice><ram:ChargeAmount>27</ram:ChargeAmount>
<ram:BasisQuantity unitCode="H87">1.0</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="H87">4.00</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>{vat("S", "25")}</ram:ApplicableTradeTax>
<ram:BillingSpecifiedPeriod>{when("StartDateTime", "20260102")}{when("EndDateTime", "20260103")}</ram:BillingSpecifiedPeriod>
{charge("false", "<ram:ActualAmount>8</ram:ActualAmount><ram:ReasonCode>95</ram:ReasonCode>")}
<ram:SpecifiedTradeSettlementLineMonetarySummation>
<ram:LineTotalAmount>100</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>
{document("Additional", "SN-1", "<ram:TypeCode>130</ram:TypeCode><ram:ReferenceTypeCode>AVE</ram:ReferenceTypeCode>")}
<ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>KST 10</ram:ID></ram:ReceivableSpecifiedTradeAccountingAccount>
</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1.1</ram:LineID>
<ram:ParentLineID>1</ram:ParentLineID>
</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Board</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="H87">4</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>100</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:BuyerReference>B-REF</ram:BuyerReference>
<ram:SellerTradeParty><ram:ID>S-1</ram:ID><ram:GlobalID schemeID="0088">4000001000005</ram:GlobalID><ram:Name>Shipping GmbH</ram:Name>
<ram:Description>GmbH, 25,000 EUR</ram:Description><ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">HRB 1</ram:ID>
<ram:TradingBusinessName>Ship &amp; Co</ram:TradingBusinessName></ram:SpecifiedLegalOrganization>
<ram:DefinedTradeContact><ram:PersonName>Ann</ram:PersonName><ram:TelephoneUniversalCommunication>
<ram:CompleteNumber>1</ram:CompleteNumber>
</ram:TelephoneUniversalCommunication><ram:EmailURIUniversalCommunication>
<ram:URIID>a@example.org</ram:URIID></ram:EmailURIUniversalCommunication>
</ram:DefinedTradeContact><ram:PostalTradeAddress><ram:PostcodeCode>28195</ram:PostcodeCode><ram:LineOne>Quay 1</ram:LineOne>
<ram:LineTwo>Shed 2</ram:LineTwo><ram:LineThree>Gate 3</ram:LineThree><ram:CityName>Bremen</ram:CityName><ram:CountryID>DE</ram:CountryID>
<ram:CountrySubDivisionName>HB</ram:CountrySubDivisionName></ram:PostalTradeAddress>
<ram:URIUniversalCommunication><ram:URIID schemeID="EM">s@example.org</ram:URIID></ram:URIUniversalCommunication>
{party_tax("DE123", "VA")}{party_tax("60/1", "FC")}</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Buyer AB</ram:Name><ram:PostalTradeAddress>
<ram:CountryID>SE</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>
<ram:SellerTaxRepresentativeTradeParty><ram:Name>Rep</ram:Name>{party_tax("SE1", "VA")}</ram:SellerTaxRepresentativeTradeParty>
<ram:ApplicableTradeDeliveryTerms><ram:DeliveryTypeCode>CIF</ram:DeliveryTypeCode><ram:Description>Incoterms 2020</ram:Description>
<ram:RelevantTradeLocation><ram:Name>Gothenburg</ram:Name></ram:RelevantTradeLocation></ram:ApplicableTradeDeliveryTerms>
{document("SellerOrder", "SO-1")}{document("BuyerOrder", "PO-1")}{document("Contract", "CON-1")}
{document("Additional", "LOT-1", "<ram:TypeCode>50</ram:TypeCode>")}
{document("Additional", "METER", "<ram:TypeCode>130</ram:TypeCode><ram:ReferenceTypeCode>ABZ</ram:ReferenceTypeCode>")}
{
    document(
        "Additional",
        "A-1",
        "<ram:URIID>https://example.org/t</ram:URIID><ram:TypeCode>916</ram:TypeCode><ram:Name>Time sheet</ram:Name>"
        '<ram:AttachmentBinaryObject mimeCode="text/csv" filename="t.csv">QUJD</ram:AttachmentBinaryObject>',
    )
}
{document("Additional", "BL-9", "<ram:TypeCode>705</ram:TypeCode>")}
<ram:SpecifiedProcuringProject><ram:ID>PRJ-1</ram:ID><ram:Name>Project reference</ram:Name>
</ram:SpecifiedProcuringProject></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery><ram:RelatedSupplyChainConsignment><ram:ID>SHP-1</ram:ID>
<ram:UtilizedLogisticsTransportEquipment>
<ram:ID>MSKU1234565</ram:ID></ram:UtilizedLogisticsTransportEquipment></ram:RelatedSupplyChainConsignment>
<ram:ShipToTradeParty><ram:GlobalID schemeID="0088">7300010000001</ram:GlobalID><ram:Name>Depot</ram:Name>
<ram:PostalTradeAddress><ram:CountryID>SE</ram:CountryID></ram:PostalTradeAddress></ram:ShipToTradeParty>
<ram:ActualDeliverySupplyChainEvent>{when("OccurrenceDateTime", "20260120")}</ram:ActualDeliverySupplyChainEvent>
{document("DespatchAdvice", "DES-1")}{document("ReceivingAdvice", "REC-1")}</ram:ApplicableHeaderTradeDelivery>
<ram:ApplicableHeaderTradeSettlement><ram:CreditorReferenceID>DE98ZZZ</ram:CreditorReferenceID>
<ram:PaymentReference>RF18</ram:PaymentReference>
<ram:TaxCurrencyCode>SEK</ram:TaxCurrencyCode><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:PayeeTradeParty><ram:Name>Bank</ram:Name></ram:PayeeTradeParty>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>59</ram:TypeCode><ram:Information>SEPA debit</ram:Information>
<ram:PayerPartyDebtorFinancialAccount><ram:IBANID>SE4550000000058398257466</ram:IBANID></ram:PayerPartyDebtorFinancialAccount>
<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>DE89370400440532013000</ram:IBANID><ram:AccountName>Shipping</ram:AccountName>
</ram:PayeePartyCreditorFinancialAccount><ram:PayeeSpecifiedCreditorFinancialInstitution><ram:BICID>COBADEFF</ram:BICID>
</ram:PayeeSpecifiedCreditorFinancialInstitution></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>0.00</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:ExemptionReason>Exempt</ram:ExemptionReason><ram:BasisAmount>0</ram:BasisAmount><ram:CategoryCode>E</ram:CategoryCode>
<ram:ExemptionReasonCode>VATEX-EU-132</ram:ExemptionReasonCode>
<ram:RateApplicablePercent>0.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:ApplicableTradeTax><ram:CalculatedAmount>23.75</ram:CalculatedAmount>{
    vat("S", "25", "<ram:BasisAmount>95</ram:BasisAmount>", "<ram:DueDateTypeCode>29</ram:DueDateTypeCode>")
}</ram:ApplicableTradeTax>
<ram:BillingSpecifiedPeriod>{when("StartDateTime", "20260101")}{when("EndDateTime", "20260131")}</ram:BillingSpecifiedPeriod>
{
    charge(
        "false",
        "<ram:CalculationPercent>10</ram:CalculationPercent><ram:BasisAmount>100</ram:BasisAmount><ram:ActualAmount>10</ram:ActualAmount>"
        + HEADER_TAX,
    )
}
{charge("true", "<ram:ActualAmount>5</ram:ActualAmount><ram:ReasonCode>FC</ram:ReasonCode><ram:Reason>Freight</ram:Reason>" + HEADER_TAX)}
<ram:SpecifiedTradePaymentTerms><ram:Description>28 days
net</ram:Description>{
    when("DueDateDateTime", "20260228")
}<ram:DirectDebitMandateID>M-1</ram:DirectDebitMandateID></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>100</ram:LineTotalAmount>
<ram:ChargeTotalAmount>5</ram:ChargeTotalAmount>
<ram:AllowanceTotalAmount>10</ram:AllowanceTotalAmount><ram:TaxBasisTotalAmount>95</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="SEK">260</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">23.75</ram:TaxTotalAmount>
<ram:GrandTotalAmount>118.75</ram:GrandTotalAmount><ram:TotalPrepaidAmount>10</ram:TotalPrepaidAmount>
<ram:DuePayableAmount>108.75</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>R-6</ram:IssuerAssignedID>{
    when("FormattedIssueDateTime", "20251231", "qdt:DateTimeString")
}
</ram:InvoiceReferencedDocument>
<ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>KST 9</ram:ID></ram:ReceivableSpecifiedTradeAccountingAccount>
<ram:SpecifiedAdvancePayment><ram:PaidAmount>10</ram:PaidAmount>{when("FormattedReceivedDateTime", "20260105", "qdt:DateTimeString")}
<ram:InvoiceSpecifiedReferencedDocument><ram:IssuerAssignedID>PRE-1</ram:IssuerAssignedID></ram:InvoiceSpecifiedReferencedDocument>
</ram:SpecifiedAdvancePayment></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


def read(text: str) -> tuple[Invoice, list[Finding]]:
    root = parse(text.encode())
    documents, findings = (ubl if identify(root).syntax == "UBL" else cii).normalise(root)
    return documents[0], findings


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(item) for key, item in value.items() if key != "source"}
    return [without_source(item) for item in value] if isinstance(value, list) else value


def test_our_twins_are_valid_and_give_one_record() -> None:
    for text in (UBL, CII):
        root = parse(text.encode())
        assert validate(root, identify(root)) == []
        assert read(text)[1] == []
    assert without_source(as_json(read(UBL)[0])) == without_source(as_json(read(CII)[0]))


@pytest.mark.parametrize("text", [UBL, CII], ids=["UBL", "CII"])
def test_every_term_has_its_place(text: str) -> None:
    invoice, _ = read(text)
    assert (invoice.number, invoice.issue_date, invoice.due_date) == ("R-7", datetime.date(2026, 1, 31), datetime.date(2026, 2, 28))
    assert (invoice.tax_point_code, invoice.vat_accounting_currency) == ("35", "SEK")
    assert [party.role for party in invoice.parties] == ["seller", "buyer", "payee", "tax_representative", "deliver_to"]
    assert [(item.kind, item.value, item.scheme) for item in invoice.parties[0].identifiers] == [
        ("party", "S-1", None),
        ("party", "4000001000005", "0088"),
        ("legal", "HRB 1", "0002"),
        ("vat", "DE123", None),
        ("tax", "60/1", None),
        ("electronic_address", "s@example.org", "EM"),
    ]
    assert {item.kind: item.number for item in invoice.references} == {
        "preceding_invoice": "R-6", "purchase_order": "PO-1", "sales_order": "SO-1", "contract": "CON-1", "project": "PRJ-1",
        "receiving_advice": "REC-1", "despatch_advice": "DES-1", "tender": "LOT-1", "invoiced_object": "METER",
        "bill_of_lading": "BL-9", "container": "MSKU1234565", "other": "SHP-1",
    }  # fmt: skip
    means = invoice.payment_means[0]
    assert (means.account, means.mandate, means.creditor_identifier) == ("DE89370400440532013000", "M-1", "DE98ZZZ")
    assert [(term.text, term.due_date) for term in invoice.payment_terms] == [("28 days\nnet", None)]


@pytest.mark.parametrize("text", [UBL, CII], ids=["UBL", "CII"])
def test_money_is_exact_and_taken_by_currency_not_by_order(text: str) -> None:
    invoice, _ = read(text)
    totals = invoice.totals
    assert (totals.currency, totals.vat_amount, totals.payable_amount) == ("EUR", Decimal("23.75"), Decimal("108.75"))
    assert (totals.vat_accounting_currency, totals.vat_accounting_amount) == ("SEK", 260)
    assert totals.rounding_amount is None
    assert [item.is_charge for item in invoice.allowances_charges] == [False, True]
    assert [(row.category, row.taxable_amount) for row in invoice.vat_breakdown] == [("E", 0), ("S", 95)]
    line = invoice.lines[0]
    assert (line.net_price_amount, line.price_discount_amount, line.gross_price_amount, line.base_quantity) == (27, 3, 30, 1)
    assert line.commodity_codes == ["441510"]
    assert [(item.number, item.parent) for item in invoice.lines] == [("1", None), ("1.1", "1")]
    assert invoice.attachments[0].size == 3
    assert invoice.prepayments[0].amount == 10


def test_everything_knows_where_it_stands() -> None:
    invoice, _ = read(UBL)
    assert invoice.lines[0].source.location == "/Invoice/cac:InvoiceLine"
    assert invoice.lines[1].source.location == "/Invoice/cac:InvoiceLine/cac:SubInvoiceLine"
    assert invoice.allowances_charges[0].source.location == "/Invoice/cac:AllowanceCharge[2]"
    assert invoice.vat_breakdown[0].source.location == "/Invoice/cac:TaxTotal[2]/cac:TaxSubtotal[2]"
    assert invoice.totals.source.line == 1 + UBL[: UBL.index("<cac:LegalMonetaryTotal>")].count("\n")
    assert invoice.totals.source.written == {"rounding_amount": "0.00"}
    assert invoice.payment_means[0].source.written["account"] == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize("value", ["4,69", "NaN", "INF", "1E+100", "1_000", "٣", "", "0x10", "1 000.00", "9" * 40])
@pytest.mark.parametrize("text", [UBL, CII], ids=["UBL", "CII"])
def test_what_is_no_decimal_number_is_a_finding_and_no_amount(text: str, value: str) -> None:
    broken = text.replace(">108.75<", f">{value}<")
    invoice, findings = read(broken)
    assert invoice.totals.payable_amount is None
    assert [(finding.rule, finding.severity) for finding in findings] == [("TRD-INV-010", Severity.ERROR)]
    assert findings[0].location.endswith(("/cac:LegalMonetaryTotal/cbc:PayableAmount", "HeaderMonetarySummation/ram:DuePayableAmount"))
    assert findings[0].position.line


@pytest.mark.parametrize(("text", "old", "new"), [(UBL, ">2026-01-31<", ">2026-02-31<"), (CII, ">20260131<", ">20260231<")])
def test_a_day_that_is_not_in_the_calendar_is_a_finding(text: str, old: str, new: str) -> None:
    invoice, findings = read(text.replace(old, new, 1))
    assert invoice.issue_date is None
    assert [finding.rule for finding in findings] == ["TRD-INV-011"]
    assert new[1:-1] in findings[0].message


def test_dates_with_time_zones_and_other_formats_are_read() -> None:
    assert read(UBL.replace(">2026-01-31<", ">2026-01-31+01:00<", 1))[0].issue_date == datetime.date(2026, 1, 31)
    assert day_parts("202601311530", "203") == ("2026", "01", "31")
    assert day_parts("2026-01-31", None) == ("2026", "01", "31")
    assert day_parts("٢٠٢٦٠١٣١", "102") is None


def test_an_amount_in_another_currency_is_not_counted_but_kept_as_written() -> None:
    invoice, findings = read(UBL.replace('<cbc:TaxExclusiveAmount currencyID="EUR">', '<cbc:TaxExclusiveAmount currencyID="USD">'))
    assert invoice.totals.net_amount is None
    assert invoice.totals.source.written["cbc:TaxExclusiveAmount"] == "95.00 USD"
    assert [(finding.rule, finding.severity) for finding in findings] == [("TRD-INV-012", Severity.WARNING)]


def test_a_comment_inside_an_amount_changes_nothing() -> None:
    assert read(UBL.replace(">108.75<", ">108<!-- -->.75<"))[0].totals.payable_amount == Decimal("108.75")


def test_a_credit_note_is_one_even_without_type_code() -> None:
    text = f"""<CreditNote xmlns="{NS}:CreditNote-2" {HEAD}><cbc:ID>C1</cbc:ID>{{}}<cac:AdditionalDocumentReference><cbc:ID>P</cbc:ID>
    <cbc:DocumentTypeCode>50</cbc:DocumentTypeCode></cac:AdditionalDocumentReference><cac:PaymentMeans>
    <cbc:PaymentDueDate>2026-03-01</cbc:PaymentDueDate></cac:PaymentMeans><cac:CreditNoteLine><cbc:ID>1</cbc:ID>
    <cbc:CreditedQuantity unitCode="H87">2</cbc:CreditedQuantity></cac:CreditNoteLine></CreditNote>"""
    invoice, _ = read(text.format(""))
    assert (invoice.document_kind, invoice.sign, invoice.type_code) == ("credit_note", -1, None)
    assert (invoice.references[0].kind, invoice.due_date, invoice.lines[0].quantity) == ("project", datetime.date(2026, 3, 1), 2)
    kind = "<cbc:CreditNoteTypeCode>261</cbc:CreditNoteTypeCode>"
    assert read(text.format(kind))[0].document_kind == "self_billed_credit_note"


def test_instalments_keep_their_due_dates_and_the_last_is_the_due_date() -> None:
    amount, day = "<cbc:Amount currencyID='EUR'>50</cbc:Amount>", "<cbc:InstallmentDueDate>2026-0{}-01</cbc:InstallmentDueDate>"
    terms = "".join(f"<cac:PaymentTerms>{amount}{day.format(month)}</cac:PaymentTerms>" for month in (3, 4))
    invoice, _ = read(f'<Invoice xmlns="{NS}:Invoice-2" {HEAD}>{terms}</Invoice>')
    assert invoice.due_date == datetime.date(2026, 4, 1)
    assert [(term.amount, term.currency, str(term.due_date)) for term in invoice.payment_terms] == [
        (50, "EUR", "2026-03-01"),
        (50, "EUR", "2026-04-01"),
    ]


def test_every_account_is_a_payment_means_of_its_own_and_named_once() -> None:
    account = "<cac:PayeeFinancialAccount><cbc:ID>{}</cbc:ID></cac:PayeeFinancialAccount>"
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>"
        + account.format("A")
        + account.format("B")
        + "</cac:PaymentMeans>"
    )
    invoice, _ = read(f'<Invoice xmlns="{NS}:Invoice-2" {HEAD}>{means * 2}</Invoice>')
    assert [item.account for item in invoice.payment_means] == ["A", "B"]


def test_a_subject_code_is_read_only_where_one_is_written() -> None:
    assert (note("#ADU#x").subject_code, note("#ADU#x").text) == ("ADU", "x")
    assert note("#1 in boats").text == "#1 in boats"
    assert note("#SKONTO#TAGE=7#PROZENT=2.00#").subject_code is None


@pytest.mark.parametrize("root", ["Invoice", "CreditNote"])
def test_an_empty_document_is_an_empty_record(root: str) -> None:
    invoice, findings = read(f'<{root} xmlns="{NS}:{root}-2"/>')
    assert findings == []
    assert as_json(invoice)["document_kind"] in ("invoice", "credit_note")


def test_lines_nested_to_the_limit_of_depth_do_not_break_the_reader() -> None:
    nested = "<cac:SubInvoiceLine>" * 98 + "</cac:SubInvoiceLine>" * 98
    invoice, _ = read(f'<Invoice xmlns="{NS}:Invoice-2" {HEAD}><cac:InvoiceLine>{nested}</cac:InvoiceLine></Invoice>')
    assert len(invoice.lines) == 99
