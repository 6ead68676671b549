"""Themes: what thousands of contributions talk about, found without any language model.

Nouns: document, theme, assignment, copy (of a text), representative.
Pure: documents in, a result out. `engine.find_themes` is the way in.
"""
