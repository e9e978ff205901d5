"""A second stand-in for Kie.ai, written from its documentation alone: it shares no line with the simulator.

What both understand in the same wrong way would show in neither; what the simulator does not think of, this
one does. It counts what it accepts, and its truth has the form that the oracle judges.
"""
