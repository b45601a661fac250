"""One module a figure; each builds one matplotlib figure from tables that are already read."""
