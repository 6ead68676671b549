"""Notifications: what a person should know, kept as references.

Nouns: notice. A notice holds the verb and the contribution, never its words: they are read at the
moment of display through the visibility rule, so that a hidden text is in no notice either. The
wording of a verb `package.act` is `templates/package/notices/act.html`.
"""
