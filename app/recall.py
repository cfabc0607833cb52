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


def open_recall(home: Home, settings: Settings) -> Recall:
    """Return the recall of a home; nothing is fetched from anywhere unless OpenAI embeddings were chosen."""
    from memory.recall.chroma import ChromaRecall
    from memory.recall.embeddings.minilm import MiniLmEmbedding
    from memory.recall.embeddings.openai_api import OpenAIEmbedding

    if settings.embeddings == "openai":
        key = _TextKey(open_vault(home, settings).get("openai"))
        embedding: MiniLmEmbedding | OpenAIEmbedding = OpenAIEmbedding(
            key, model=settings.embeddings_model, base_url=settings.embeddings_base_url
        )
    else:
        embedding = MiniLmEmbedding()
    if settings.chroma_host:
        return ChromaRecall.server(settings.chroma_host, settings.chroma_port, embedding)
    return ChromaRecall.local(home.recall, embedding)
