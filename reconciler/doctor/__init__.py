"""Looking over the machine and the config repository before a run: what would fail, and how to mend it.

Nothing here changes anything, opens a secret or runs a command; only with `online` is anything contacted.
"""
