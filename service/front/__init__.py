"""What stands before the routes: answers that were given before, packed bodies, streams, and who waits where.

The pure parts know bytes and headers alone. `door` is the outermost part of the application, `visit` what it and the
routes tell each other of one request.
"""
