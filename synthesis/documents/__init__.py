"""A published synthesis as a document to keep: PDF (tagged, PDF/UA) and ODT.

Both are made from the words of the page: `blocks` reads its cleaned HTML into headings,
paragraphs, lists, quotations and tables, which `pdf` and `odt` write.
"""
