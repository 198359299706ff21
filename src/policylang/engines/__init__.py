"""Engines that compute the nodes of a plan: over arrays of stations, as generated Python for one, as SQL in a database."""
