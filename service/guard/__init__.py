"""The guard before the service: who may come in, how much one client may ask for, and what every answer bears.

`guard` is the one layer, outside of all others, and `visit` one request on its way through it. `doors` says which
addresses need which token, `clients` keeps what each client has left, `cost` is where routes say what a question costs,
`address` tells clients apart, `headers` is what every answer bears, `upload` bounds what is sent to us, and
`connection` keeps slow clients from holding the server.
"""
