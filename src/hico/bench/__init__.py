"""Speed, measured side by side with the naive way: `python -m hico.bench step|loader|index|store|retrieval|large`."""
