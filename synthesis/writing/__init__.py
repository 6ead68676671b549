"""Writing what a theme says, in paragraphs that cite contributions."""
