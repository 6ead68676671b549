"""Web: what every page of Palabre shares.

`requests` (the text gate), `doors` (who may enter a route), `responses` (page, fragment, redirect),
`forms`, `once` (one object per rendered form), `kept` (no typed text is lost), `errors`,
`security` (headers), `slots` (panels from above), `paging`.
"""
