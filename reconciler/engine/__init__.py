"""The verbs of a run; they see ports and values only, and decide in pure code."""
