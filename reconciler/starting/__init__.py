"""Getting there: a config repository written for whoever starts, and manifests for what a platform already holds."""
