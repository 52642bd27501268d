"""EDIFACT (ISO 9735): tokens, envelope, grammar, structure, elements, acknowledgements. Blocks of bytes in, messages out."""
