"""One module per message or vocabulary: what was read becomes the normalised documents of `edi.documents`."""
