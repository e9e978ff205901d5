"""The steps of a task's life: the only place that joins catalogue, kie, models, archive and ledger.

A step is a generator. Between its yields it touches the database; what it yields is work for a thread
(one HTTP call or one download), whose answer or exception comes back into it. So HTTP never happens inside
a transaction, database writes stay in one thread, and each step reads from top to bottom.
"""

from generations.worker.steps.attach import attach
from generations.worker.steps.balance import read_balance
from generations.worker.steps.digest import mail_digest
from generations.worker.steps.keeping import look_after, put_back
from generations.worker.steps.market import look_up
from generations.worker.steps.refresh import refresh
from generations.worker.steps.rendition import make_rendition
from generations.worker.steps.save import save
from generations.worker.steps.send import age, send
from generations.worker.steps.step import Step, run

__all__ = [
    "Step",
    "age",
    "attach",
    "look_after",
    "look_up",
    "mail_digest",
    "make_rendition",
    "put_back",
    "read_balance",
    "refresh",
    "run",
    "save",
    "send",
]
