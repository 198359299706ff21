"""Measures side by side: one station under several, or the measures alone, along common dimensions."""
