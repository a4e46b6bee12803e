"""An identity provider for this machine alone: ``oneplan up`` and the tests sign in with it.

It asks for no password: whoever can open its page is anybody on its list. So it listens on
loopback and sends nobody anywhere else.
"""
