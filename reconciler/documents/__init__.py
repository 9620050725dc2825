"""The grammar of the manifests: what may be written, and nothing about how it is read or used."""
