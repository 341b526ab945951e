"""Waarborg: the open information system for a ceasefire backed by guarantees.

Data flows one way: reports, incidents, findings, determinations, obligations. Every derived figure
is a pure function of the record and the agreement, so anyone can recompute it.
"""

__version__ = "0.1.0"
