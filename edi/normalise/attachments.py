"""Supporting documents (BG-24) of UBL and CII: the binary object stays in the original, its SHA-256 and size in bytes are recorded.

Source: EN 16931-1:2017, BT-122 to BT-125; W3C XML Schema part 2, 3.2.16 (base64Binary). Text that is not base64 gives no hash; the schema
has a finding for it.

>>> from lxml import etree
>>> attachment(None, etree.fromstring('<o mimeCode="text/plain">QUJD</o>'), Source()).size
3
"""

from __future__ import annotations

import binascii
import hashlib

from edi.documents import Attachment, Source
from edi.xml.vocabulary import Element


def attachment(
    reference: str | None, binary: Element | None, source: Source, description: str | None = None, uri: str | None = None
) -> Attachment:
    """The record of one supporting document."""
    item = Attachment(reference, description, uri, source=source)
    if binary is not None:
        item.mime_type = (binary.get("mimeCode") or "").strip() or None
        item.filename = (binary.get("filename") or "").strip() or None
        content = _content(binary.text or "")
        if content is not None:
            item.sha256, item.size = hashlib.sha256(content).hexdigest(), len(content)
    return item


def _content(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text.encode("ascii")) if text.strip() else None
    except (binascii.Error, UnicodeEncodeError):
        return None
