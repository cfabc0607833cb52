"""The interaction layer: a chat-style instruction becomes a case, a fact, a proposal or an answer, and the answer says why."""

from __future__ import annotations

from graphs.interaction.answer import Answer
from graphs.interaction.conversation import Interaction

__all__ = ["Answer", "Interaction"]
