"""Contract and vendor memory for a home: Chroma in its folder or on a server, with the embedding the operator chose."""

from __future__ import annotations

from app.home import Home, open_vault
from app.settings import Settings
from memory.recall.port import Recall


def open_recall(home: Home, settings: Settings) -> Recall:
    """Return the recall of a home; nothing is fetched from anywhere unless OpenAI embeddings were chosen."""
    from memory.recall.chroma import ChromaRecall
    from memory.recall.embeddings.minilm import MiniLmEmbedding
    from memory.recall.embeddings.openai_api import OpenAIEmbedding

    if settings.embeddings == "openai":
        key = open_vault(home, settings).get("openai")
        embedding: MiniLmEmbedding | OpenAIEmbedding = OpenAIEmbedding(
            key, model=settings.embeddings_model, base_url=settings.embeddings_base_url
        )
    else:
        embedding = MiniLmEmbedding()
    if settings.chroma_host:
        return ChromaRecall.server(settings.chroma_host, settings.chroma_port, embedding)
    return ChromaRecall.local(home.recall, embedding)
