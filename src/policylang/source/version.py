"""The version of policylang, written into every outcome."""

VERSION = "0.1.0"
