"""The word lists behind the search for the need."""

from __future__ import annotations

STOP_WORDS = frozenset({
    "for", "with", "money", "that", "which", "who", "whom", "whose", "under", "below", "by", "to", "from", "so", "because", "at",
    "in", "on", "as", "where", "when", "if", "since", "but", "including", "include", "includes", "included", "no", "without", "must",
    "should", "preferably", "ideally", "please", "within", "via", "asap", "urgently", "until", "before", "max", "maximum", "about",
    "around", "per", "instead", "than", "like", "such", "plus", "or", "is", "are", "was", "were", "has", "have", "had", "can",
    "could", "needs", "need", "would", "supporting", "able", "capable", "compatible", "having", "using", "i", "we", "it", "they",
    "you", "he", "she", "costing", "priced", "not", "only", "now", "today", "again", "soon", "nice", "bonus", "also", "then", "after",
    "while", "though", "although", "costs", "cheaper", "budget", "our", "my", "thanks", "thank", "thx", "cheers", "cap", "capped",
    "optional", "optionally", "preferred", "both", "each", "every", "all", "will", "shall", "may", "might", "do", "does", "did",
    "don't", "doesn't", "i'd", "we'd", "i'm", "we're", "it's", "they're", "that's", "there's", "needed", "required", "wanted", "w",
    "money offering", "featuring", "made", "suitable", "located", "hosted", "limit", "spend", "over", "between", "up", "quickly",
    "immediately", "against", "into", "during", "there", "here", "just", "you're", "and", "&", "being", "this", "these", "those",
    "unless", "dead", "broken", "broke", "died", "tops",
})  # fmt: skip
"""Where a noun phrase ends: prepositions, verbs, and words of price and time."""

ALSO_VERBS = frozenset({
    "switch", "display", "screen", "table", "audit", "fan", "drill", "dock", "survey", "repair", "label", "monitor", "backup",
    "coach", "desk", "phone", "course", "host", "paper", "fix", "cable", "design", "maintenance", "lunch",
})  # fmt: skip
"""Things to buy whose name is also a verb: "we should switch"."""

NOT_ADJECTIVES = frozenset({
    "hi", "hey", "hello", "dear", "quick", "request", "re", "what", "who", "current", "old", "existing", "other", "same", "am", "be",
    "been", "being", "got", "get", "im", "dont", "much", "many", "little", "how", "why", "there", "of", "out", "off", "away", "us",
    "me", "him", "them", "lot", "lots", "kind", "sort", "type", "looks", "look", "want", "wants", "something", "anything", "thinking",
    "think", "know", "ok", "okay", "yes", "team", "guys", "folks", "morning", "afternoon", "evening", "its", "finally", "still",
    "yet", "replacement", "new", "additional", "extra", "dying", "using", "use", "used", "running", "run", "died", "driving",
})  # fmt: skip
"""Words before a noun that do not belong to its name."""
