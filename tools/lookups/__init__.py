"""Read-only functions over outside facts: each module declares one `LOOKUP`, by which it is discovered."""
