"""The five file formats of SOPS, one file each: `read` makes a tree, `write` makes bytes."""
