"""One file an exchange: how it verifies a request and what it answers. The file's name is its ccxt id."""
