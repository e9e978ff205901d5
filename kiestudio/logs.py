"""What goes into a log, and what does not."""

import logging
import re

SECRET_PATH = re.compile(r"(/hooks/kie/|/setup/)[^/\s\"']+")


class WithoutTokens(logging.Filter):
    """Takes the tokens out of addresses: who reads a log must not be able to call them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_PATH.sub(r"\1…", record.getMessage()), ()
        return True
