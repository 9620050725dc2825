"""The nouns of a run: frozen values that every part agrees on, and no I/O."""
