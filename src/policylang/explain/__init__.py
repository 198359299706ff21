"""Outcomes for readers: JSON, Chinese and English text."""
