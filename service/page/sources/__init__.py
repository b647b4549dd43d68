"""The page of sources and obligations: what each source and each party did, from what the record says of it."""
