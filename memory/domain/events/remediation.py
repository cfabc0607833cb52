"""Facts about what the operator must put right, because the world cannot be rolled back."""
