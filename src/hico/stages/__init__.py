"""One module a rule: reads inputs, calls the floors below, writes outputs whole."""
