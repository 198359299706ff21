"""Printed matter: explanations as Markdown, HTML and DOCX, and letters from templates that an office can replace."""
