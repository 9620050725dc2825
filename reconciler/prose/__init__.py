"""A report in words: the parts that a text for people is made of, each a list of lines; no I/O, no engine."""
