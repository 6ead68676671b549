"""Pictures that people join to what they write: the one gate for files that come from outside.

A file enters through `gate` alone, which looks at what it is, never at what it is called, and lets
out a new image made from its dots. It is kept outside of what the web server shows, under a name
of our own, and leaves by one route that asks who may read the text to which it belongs.
"""
