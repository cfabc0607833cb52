"""Recall in Chroma: a local folder by default, a Chroma server beyond one machine.

Vectors are always computed here and handed over: Chroma's own default embedding, which fetches a model, is never set.
A collection belongs to one embedding; under another one every use but `rebuild` is refused.
"""

from __future__ import annotations

_NAME, _ASIDE = "quartermaster-notes", "quartermaster-notes-rebuilding"
_BATCH = 250
# Cosine; a wide search, because with Chroma's own 100 one in ten of the five best of 3,000 random vectors was missed, with 400 none.
_CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 400}}
