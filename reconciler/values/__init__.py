"""The smallest nouns: places, severities, rights, secrets."""
