"""One file an exchange: facts with their source and pure functions, no I/O."""
