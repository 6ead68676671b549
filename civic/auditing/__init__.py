"""The audit log as an administrator reads it: sentences, filters, exports, and whether it is whole.

`civic.audit` writes the log; here it is only read.
"""
