"""Asking an exchange what a key may do, through ccxt, with read-only requests and nothing else."""
