"""The typed configuration: one model behind config.yaml, its JSON schema and its reference table."""
