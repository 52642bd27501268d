"""XML in: hardened reading, XSD validation, and the invoice embedded in a hybrid PDF."""
