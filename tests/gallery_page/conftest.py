"""Who looks at the gallery."""

import pytest

from generations import policy
from tests.gallery_page.rows import person


@pytest.fixture
def author():
    return person("author", "Author", policy.Role.CREATOR)


@pytest.fixture
def judge():
    return person("judge", "Judge", policy.Role.REVIEWER)


@pytest.fixture
def page(client, judge):
    """The gallery as Judge sees it."""
    client.force_login(judge)

    def get(query="", **headers):
        return client.get(f"/gallery/?{query}", headers=headers)

    return get
