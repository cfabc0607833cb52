"""Embeddings: text to unit vectors. `minilm` is the default and works offline; `openai_api` asks a server."""
