"""The door to encrypted files: the SOPS and age formats, the identities that open them, the guards of their paths."""
