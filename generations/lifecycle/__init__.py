"""The steps of a task's life: the only place that joins catalogue, kie, models, archive and ledger.

A step is a generator. Between its yields it touches the database; what it yields is work for a thread
(one HTTP call or one download), whose answer or exception comes back into it. So HTTP never happens inside
a transaction, database writes stay in one thread, and each step reads from top to bottom.
"""

from generations.lifecycle.attach import attach
from generations.lifecycle.balance import read_balance
from generations.lifecycle.copy import fetch_copy
from generations.lifecycle.keeping import look_after, put_back
from generations.lifecycle.refresh import refresh
from generations.lifecycle.rendition import make_rendition
from generations.lifecycle.save import save
from generations.lifecycle.send import age, send
from generations.lifecycle.step import Step, run

__all__ = [
    "Step",
    "age",
    "attach",
    "fetch_copy",
    "look_after",
    "make_rendition",
    "put_back",
    "read_balance",
    "refresh",
    "run",
    "save",
    "send",
]
