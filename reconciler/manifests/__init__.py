"""Reading manifests: YAML files in, documents that know where their fields stand and findings out.

The way of a file: `files` finds it, `raw` reads and splits it into documents, `compose` turns each into plain data,
`check` holds that against the models, `references` looks across documents. Nothing here opens a secret or a socket.
"""
