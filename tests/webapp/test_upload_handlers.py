import pytest
from django.test import Client

TOKEN = "a" * 32
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
ANNOUNCED_BYTES = 100 * 1024**2


class EndlessFile:
    """The body of a form with one file of zeros, and how much of it was read."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, size: int = 65536) -> bytes:
        start, self.read_bytes = self.read_bytes, self.read_bytes + size
        return (HEAD[start : start + size] + bytes(size))[:size]

    readline = read


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/login/", "/admin/login/"])
def test_file_that_no_route_asks_for_is_not_received(address):
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": TOKEN})
    client.cookies["csrftoken"] = TOKEN
    body = EndlessFile()

    response = client.generic(
        "POST",
        address,
        b"unread",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(ANNOUNCED_BYTES), "wsgi.input": body},
    )

    assert response.status_code == 200
    assert body.read_bytes < ANNOUNCED_BYTES / 100
