"""Terraform for exchange API keys: declare connections, prove what each key may do, apply, report drift."""

__version__ = "0.1.0"
