"""The shelf: values that every room shares, and that know nothing of any room.

Three-valued judgements, instants and half-open periods, places with their precision, the closed
list of acts, grades, and the problems a person is told about. Nothing here reads a file or a clock.
"""
