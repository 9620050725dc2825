"""What is remembered between runs: one file a kind of store."""
