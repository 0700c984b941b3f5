"""The reading page against Cornerstone3D, in one browser, with the same image, canvas and mouse events."""
