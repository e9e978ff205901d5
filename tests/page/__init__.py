"""What a page says and offers, as a person or a screen reader finds it: `page = read(client.get("/queue/"))`.

A page is parsed once. Parts of it are found by what they are and by their name, never by their markup, and a
search inside a part finds what is in it: `page.row("Anna").button("Remove")`. What is missing fails with a
message that says what is there. A page with broken HTML cannot be read at all.
"""

from tests.page.part import Page, Part, read
from tests.page.whole import BrokenPage

__all__ = ["BrokenPage", "Page", "Part", "read"]
