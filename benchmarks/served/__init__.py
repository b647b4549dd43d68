"""Speed over HTTP: our service, the floor and its peers, each a process of its own, asked by a client in another."""
