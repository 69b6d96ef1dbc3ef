"""The egress policy: what may be fetched, decided where the socket connects. Every outgoing request uses it.

`addresses` says which addresses are public, `policy` judges a URL, `names` resolves host names, `sessions`
opens HTTP sessions whose sockets are judged once more. Importing this package opens nothing.
"""
