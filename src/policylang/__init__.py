"""Government measures as policy files: read them, decide facts under them, and say which clause decided."""

__version__ = "0.1.0"
