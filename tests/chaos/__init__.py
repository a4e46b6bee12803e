"""Faults under load, and an exact reckoning after each.

A fault is a small test module with the fixture ``stage`` (see ``conftest.py``): it gives
``stage.play(name, stage.load(), fault)`` a coroutine that does harm while the load is published,
and asserts that ``findings`` is empty. Each test runs small on a deployment that the short set
shares, and with ``make chaos`` large on a fresh one on each database. Who needs another deployment
uses ``deployed(settings)`` and ``Stage`` itself.
"""
