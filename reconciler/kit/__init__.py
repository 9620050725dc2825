"""Small tools that never heard of exchanges; standard library only."""
