"""Files in forms: taken only where a route asks for them, once it knows who sends them."""

from typing import NoReturn

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """Ends the reading of a form at its first file: a stranger at the log-in page fills no disk."""

    def new_file(self, *_arguments: object, **_keywords: object) -> NoReturn:
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        raise NotImplementedError("no file gets this far")

    def file_complete(self, file_size: int) -> NoReturn:
        raise NotImplementedError("no file gets this far")
