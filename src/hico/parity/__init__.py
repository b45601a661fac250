"""Agreement with figures recorded from the authors' released code: `python -m hico.parity DIR`."""
