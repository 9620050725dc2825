"""One file a command; its name is the word a user types, its `command` what click runs."""
