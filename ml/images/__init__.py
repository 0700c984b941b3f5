"""Images from the outside: DICOM, PNG and TIFF into pixels and acquisition facts, and the one stored form."""

from ml.images.acquisition import checked_spacing
from ml.images.clean_png import read_clean_png, write_clean_png
from ml.images.decoding import DecodedImage, read_image

__all__ = ["DecodedImage", "checked_spacing", "read_clean_png", "read_image", "write_clean_png"]
