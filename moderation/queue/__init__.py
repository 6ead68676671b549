"""The queue: filters, delays with a clock, batches with one undo, notes, similar past cases."""
