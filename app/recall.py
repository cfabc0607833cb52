"""Contract and vendor memory for a home: Chroma in its folder or on a server, with the embedding the operator chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.home import Home, open_vault
from app.settings import Settings
from memory.recall.port import Recall

if TYPE_CHECKING:
    from tools.vault import Secret


@dataclass(frozen=True)
class _TextKey:
    """A secret of the vault as the text that the embeddings' client wants."""

    secret: Secret

    def reveal(self) -> str:
        """Return the key; called only where the request is made."""
        return self.secret.reveal().decode()


class _NoKey:
    """The client demands a key; whoever passes the request on replaces it."""

    def reveal(self) -> str:
        """Return what stands for none."""
        return "none"


def open_recall(home: Home, settings: Settings, *, relay: str | None = None) -> Recall:
    """Return the recall of a home; nothing is fetched from anywhere unless OpenAI embeddings were chosen.

    A worker holds no key and gives the address of the dispatcher's `relay` instead, empty where there is none.
    """
    from memory.recall.chroma import ChromaRecall
    from memory.recall.embeddings.minilm import MiniLmEmbedding
    from memory.recall.embeddings.openai_api import OpenAIEmbedding

    if settings.embeddings == "openai":
        key = _TextKey(open_vault(home, settings).get("openai")) if relay is None else _NoKey()
        base_url = relay or settings.embeddings_base_url
        embedding: MiniLmEmbedding | OpenAIEmbedding = OpenAIEmbedding(key, model=settings.embeddings_model, base_url=base_url)
    else:
        embedding = MiniLmEmbedding()
    if settings.chroma_host:
        return ChromaRecall.server(settings.chroma_host, settings.chroma_port, embedding)
    return ChromaRecall.local(home.recall, embedding)
