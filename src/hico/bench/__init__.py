"""Speed, measured side by side with the naive way: `python -m hico.bench step|loader|index|retrieval|large`."""

import os

HUGE_PAGES = "THP_MEM_ALLOC_ENABLE"
# As stage.sh has it for every stage; PyTorch looks at its first allocation.
os.environ.setdefault(HUGE_PAGES, "1")
