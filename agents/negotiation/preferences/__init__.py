"""The operator's preferences, and the bridge between typed terms and the engine: words in, a task out."""
