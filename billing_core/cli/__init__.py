"""The command line (contract, section 7): a module a command, with what several share beside them.

A module with a `COMMAND` is a command of the module's name; nothing else need know of it.
"""
