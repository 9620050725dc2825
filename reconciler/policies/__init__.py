"""One file a rule: its name is the id a policy uses, its `RULE` what is checked. Pure: no I/O, no clock."""
