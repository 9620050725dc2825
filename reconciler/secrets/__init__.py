"""Kinds of secret references, one file each; the file's name is the word in a manifest."""
